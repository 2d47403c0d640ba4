namespace Rtp.Core.Rtcp;

/// <summary>Seconds since 1900 in 32.32 fixed point: RFC 3550 §4. The sum wraps in 2036 and differences stay right.</summary>
public readonly record struct NtpTimestamp(ulong Value)
{
    private const long UnixEpochSeconds = 2_208_988_800;

    /// <summary>The middle 32 bits, in 1/65536 s: what LSR carries.</summary>
    public uint Middle => unchecked((uint)(Value >> 16));

    /// <param name="sinceUnixEpoch">UTC since 1970-01-01.</param>
    public static NtpTimestamp FromUnix(TimeSpan sinceUnixEpoch) => new(unchecked(Fixed(sinceUnixEpoch) + ((ulong)UnixEpochSeconds << 32)));

    public static NtpTimestamp operator +(NtpTimestamp from, TimeSpan span) => new(unchecked(from.Value + Fixed(span)));

    public NtpTimestamp Add(TimeSpan span) => this + span;

    /// <summary>A span in 1/65536 s, as DLSR carries it; held within 32 bits.</summary>
    public static uint ToMiddle(TimeSpan span) => (uint)Int128.Clamp((Int128)span.Ticks * 65536 / TimeSpan.TicksPerSecond, 0, uint.MaxValue);

    /// <summary>A difference in 1/65536 s.</summary>
    public static TimeSpan FromMiddle(int units) => TimeSpan.FromTicks(units * TimeSpan.TicksPerSecond / 65536);

    private static ulong Fixed(TimeSpan span) => unchecked((ulong)(((Int128)span.Ticks << 32) / TimeSpan.TicksPerSecond));
}
