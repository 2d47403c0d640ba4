namespace Sip.Core.Framing;

/// <summary>What a stream holds next.</summary>
public enum SipFrame : byte
{
    /// <summary>Nothing whole yet: keep the bytes and come back with more.</summary>
    NeedMore,
    /// <summary>CRLFCRLF between messages: consume it and answer CRLF (RFC 5626 §4.4.1).</summary>
    KeepAlive,
    /// <summary>A lone CRLF before a message: consume it (RFC 3261 §7.5); also the answer to our own keep-alive.</summary>
    Skip,
    /// <summary>A whole message.</summary>
    Message,
    /// <summary>The stream cannot be cut any further: answer what can be answered and close.</summary>
    Error,
}
