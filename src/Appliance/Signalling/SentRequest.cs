namespace Tandem.Signalling;

/// <summary>The first bytes of a request of ours, as ICMP gives them back: enough to know it again.</summary>
internal static class SentRequest
{
    /// <returns>False: it is no request as <see cref="RequestText"/> begins them, or is cut off before the end of its branch.</returns>
    public static bool TryRead(ReadOnlySpan<byte> beginning, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> branch)
    {
        method = branch = default;
        int line = beginning.IndexOf("\r\n"u8), space = beginning.IndexOf((byte)' ');
        if (space <= 0 || line < space || beginning.StartsWith("SIP/"u8)) return false;
        ReadOnlySpan<byte> via = beginning[(line + 2)..];
        if (!via.StartsWith("Via: "u8)) return false;
        int at = via.IndexOf(";branch="u8);
        if (at < 0 || via[..at].Contains((byte)'\r')) return false;
        ReadOnlySpan<byte> rest = via[(at + ";branch="u8.Length)..];
        int end = rest.IndexOfAny((byte)';', (byte)'\r');
        if (end <= 0) return false;
        method = beginning[..space];
        branch = rest[..end];
        return true;
    }
}
