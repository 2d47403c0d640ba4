namespace Sip.Core.Messages;

/// <summary>Why a message cannot be used. <see cref="SipParseErrors.StatusOf"/> gives the answer that a request with it deserves.</summary>
public enum SipParseError : byte
{
    None,
    /// <summary>Nothing but CRLF, NUL or spaces: a keep-alive, dropped without an answer.</summary>
    Empty,
    TooLarge,
    TooManyHeaders,
    HeaderTooLong,
    /// <summary>No blank line ends the header section.</summary>
    Truncated,
    /// <summary>A bare CR or LF inside a line.</summary>
    BadLineEnd,
    BadStartLine,
    BadVersion,
    BadRequestUri,
    BadStatusCode,
    BadHeaderName,
    MissingHeader,
    DuplicateHeader,
    BadVia,
    BadFrom,
    BadTo,
    BadCallId,
    BadCSeq,
    /// <summary>The method in CSeq is not the request's (RFC 3261 §8.1.1.5).</summary>
    MethodMismatch,
    BadMaxForwards,
    BadContentLength,
    /// <summary>Fewer bytes of body than Content-Length says (RFC 3261 §18.3).</summary>
    ShortBody,
    /// <summary>A stream message without Content-Length: the stream cannot be cut (RFC 3261 §18.3).</summary>
    MissingContentLength,
}
