namespace Tandem.Media;

/// <summary>Who begins the handshake: <c>a=setup</c> of RFC 4145 as RFC 5763 §5 uses it.</summary>
public enum DtlsRole : byte
{
    /// <summary>We are <c>passive</c>: the peer sends the ClientHello.</summary>
    Server,

    /// <summary>We are <c>active</c>: we send it.</summary>
    Client,
}
