namespace Sip.Core.Sdp;

/// <summary>Whether a party's media is encrypted.</summary>
public enum SrtpMode : byte
{
    /// <summary>Never: RTP/AVP, and a=crypto is not looked at.</summary>
    Off,

    /// <summary>Where the peer can: our offers are RTP/AVP with a=crypto (RFC 8643), and both RTP/AVP and RTP/SAVP are answered.</summary>
    Optional,

    /// <summary>Always: our offers are RTP/SAVP, and an offer without usable keys is refused.</summary>
    Required,
}
