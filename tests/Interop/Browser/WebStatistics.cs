namespace Interop.Browser;

/// <summary>What getStats says of a call. Hears and Says are MIME types; Srtp is the profile's IANA name.</summary>
public sealed record WebStatistics(string Dtls, string Srtp, string Role, string Ice, long Received, long Lost, long Discarded, long Concealed,
    long SilentConcealed, double JitterMs, long Sent, long LostThere, double RoundTripMs, string Hears, string Says, string Remote);
