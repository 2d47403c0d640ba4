using System.Globalization;
using System.Net;

namespace Sip.Core.Sdp;

/// <summary>The <c>o=</c> line (RFC 8866 §5.2): who made the session, and which version of its description this is.</summary>
/// <param name="Username">A token without spaces; <c>-</c> for none.</param>
/// <param name="SessionId">Digits; text, because strangers write more of them than 64 bits hold.</param>
/// <param name="Version">Goes up by one when the description changes, and only then (RFC 3264 §8).</param>
/// <param name="Address">Address or host name of the maker; tells nothing about where media goes.</param>
public sealed record SdpOrigin(string Username, string SessionId, ulong Version, string Address)
{
    /// <summary>The origin of a new session of ours, version 1.</summary>
    /// <param name="sessionId">Unique for us: a clock or a random number. 62 bits of it are used, as RFC 3264 §5 asks.</param>
    /// <param name="address">The address that the peer knows us by.</param>
    public static SdpOrigin Create(ulong sessionId, IPAddress address) =>
        new("-", (sessionId >> 2).ToString(CultureInfo.InvariantCulture), 1, address.ToString());

    /// <summary>True when the two differ in nothing but the version.</summary>
    public bool IsOfSession(SdpOrigin other) => Username == other.Username && SessionId == other.SessionId && Address == other.Address;

    public SdpOrigin Next() => this with { Version = Version + 1 };

    internal static bool TryParse(string value, out SdpOrigin? origin)
    {
        origin = null;
        Span<Range> fields = stackalloc Range[7];    // the last takes whatever stands behind the sixth
        if (value.AsSpan().Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) < 6) return false;
        _ = ulong.TryParse(value.AsSpan()[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out ulong version);
        origin = new SdpOrigin(value[fields[0]], value[fields[1]], version, value[fields[5]]);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Username} {SessionId} {Version} IN {(Address.Contains(':') ? "IP6" : "IP4")} {Address}");
}
