namespace Tandem.Media;

/// <summary>How long a busy loop lets packets gather before it works again.</summary>
/// <remarks>
/// A wake-up costs what ten packets do, for the processor has gone cold: where few packets come it is shared by few. So a loop waits until
/// <see cref="EnoughPackets"/> have come at the rate of late, at least <c>media.batch_us</c> and at most <see cref="MostBatches"/> times that.
/// </remarks>
/// <param name="least">The shortest.</param>
internal sealed class NapLength(TimeSpan least)
{
    public const int EnoughPackets = 32, MostBatches = 2;

    private readonly TimeSpan _most = MostBatches * least;
    private long _packetsBefore;
    private TimeSpan _turnBefore;

    public TimeSpan Least { get; } = least;

    /// <summary>As it was worked out last.</summary>
    public TimeSpan Current { get; private set; } = least;

    /// <summary>A turn is over.</summary>
    /// <param name="packets">Received or sent, whichever are more, since the loop started.</param>
    /// <param name="at">When the turn began: monotonic.</param>
    public void OnTurn(long packets, TimeSpan at)
    {
        long handled = packets - _packetsBefore;
        TimeSpan enough = handled > 0 ? (at - _turnBefore) * ((double)EnoughPackets / handled) : _most;
        Current = enough < Least ? Least : enough > _most ? _most : enough;
        (_packetsBefore, _turnBefore) = (packets, at);
    }
}
