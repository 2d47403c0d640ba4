namespace Srtp;

/// <summary>Lengths of one profile, in bytes.</summary>
/// <param name="Profile">Its number.</param>
/// <param name="SuiteName">Its name in an SDES attribute (RFC 4568 §6.2, RFC 7714 §14.1).</param>
/// <param name="KeyLength">Of master key and session encryption key.</param>
/// <param name="SaltLength">Of master salt and session salt.</param>
/// <param name="AuthenticationKeyLength">0 where the cipher authenticates by itself.</param>
/// <param name="RtpTagLength">Behind each RTP packet.</param>
/// <param name="RtcpTagLength">Behind each RTCP packet; never the short one (RFC 5764 §4.1.2).</param>
public sealed record ProfileParameters(
    SrtpProfile Profile, string SuiteName, int KeyLength, int SaltLength, int AuthenticationKeyLength, int RtpTagLength, int RtcpTagLength)
{
    public bool IsAead => AuthenticationKeyLength == 0;

    /// <summary>Master key and salt of both directions, as the DTLS exporter gives them (RFC 5764 §4.2).</summary>
    public int ExporterLength => 2 * (KeyLength + SaltLength);
}
