namespace Sip.Core.Sdp;

/// <summary>Who begins the DTLS handshake, as its writer sees it (<c>a=setup</c>: RFC 4145 §4, RFC 8842 §5).</summary>
public enum SdpSetup : byte
{
    /// <summary>Either: the answer decides.</summary>
    ActPass,

    /// <summary>The writer begins: it is the DTLS client.</summary>
    Active,

    /// <summary>The writer waits: it is the DTLS server.</summary>
    Passive,

    /// <summary>Nobody for now; nothing that we do.</summary>
    HoldConn,
}

internal static class SdpSetups
{
    public const string Attribute = "setup";

    private static readonly string[] s_names = ["actpass", "active", "passive", "holdconn"];

    public static string Name(this SdpSetup setup) => s_names[(int)setup];

    /// <summary>What a description says of an m-line; RFC 4145 §4: who says nothing is active.</summary>
    /// <returns>Null for a word that there is not.</returns>
    public static SdpSetup? Of(SdpMedia media, SessionDescription session)
    {
        if ((media.Attribute(Attribute) ?? SdpAttributes.Value(session.Attributes, Attribute)) is not { } text) return SdpSetup.Active;
        int at = Array.FindIndex(s_names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : (SdpSetup)at;
    }
}
