namespace Sip.Core.Messages;

/// <summary>What to answer to a request that failed to parse. A bad response is always dropped.</summary>
public static class SipParseErrors
{
    /// <summary>400, 413, 505, or 0: drop silently.</summary>
    public static int StatusOf(SipParseError error) => error switch
    {
        SipParseError.None or SipParseError.Empty => 0,
        SipParseError.TooLarge => 413,
        SipParseError.BadVersion => 505,
        _ => 400,
    };

    /// <summary>A reason phrase that names the fault (RFC 3261 §21.4.1 asks for one); empty where the status says it all.</summary>
    public static ReadOnlySpan<byte> PhraseOf(SipParseError error) => error switch
    {
        SipParseError.TooManyHeaders => "Too Many Header Fields"u8,
        SipParseError.HeaderTooLong => "Header Field Too Long"u8,
        SipParseError.Truncated => "Truncated Message"u8,
        SipParseError.BadLineEnd => "Bare CR Or LF In Header"u8,
        SipParseError.BadStartLine => "Bad Request Line"u8,
        SipParseError.BadRequestUri => "Bad Request-URI"u8,
        SipParseError.BadHeaderName => "Bad Header Field"u8,
        SipParseError.MissingHeader => "Missing Header Field"u8,
        SipParseError.DuplicateHeader => "Repeated Header Field"u8,
        SipParseError.BadVia => "Bad Via"u8,
        SipParseError.BadFrom => "Bad From"u8,
        SipParseError.BadTo => "Bad To"u8,
        SipParseError.BadCallId => "Bad Call-ID"u8,
        SipParseError.BadCSeq => "Bad CSeq"u8,
        SipParseError.MethodMismatch => "CSeq Method Mismatch"u8,
        SipParseError.BadMaxForwards => "Bad Max-Forwards"u8,
        SipParseError.BadContentLength => "Bad Content-Length"u8,
        SipParseError.ShortBody => "Body Shorter Than Content-Length"u8,
        SipParseError.MissingContentLength => "Missing Content-Length"u8,
        _ => default,
    };
}
