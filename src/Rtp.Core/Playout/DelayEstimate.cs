namespace Rtp.Core.Playout;

/// <summary>How late packets come after the quickest of the last seconds, and the delay that nearly all of them keep.</summary>
/// <remarks>
/// The quickest is the least of two windows of five seconds: it follows a drifting clock at once where that runs fast and a window
/// later where it runs slow, two milliseconds at 200 ppm. The others go into a histogram that forgets half in seven seconds of 20 ms packets.
/// </remarks>
internal sealed class DelayEstimate
{
    private const int Bins = 80;
    private const float Kept = 0.998f;          // of the weight of what came before, a packet
    private const float InTime = 0.99f;         // of the packets; the rest is concealed, and may push the delay up
    private const float PriorWeight = 25;       // packets that the initial delay counts as
    private const float Behind = 0.25f;         // of the weight of a packet, for one held up together with the one before: one stall, concealed once
    private const float Largest = 1e6f;

    private static readonly TimeSpan s_bin = TimeSpan.FromMilliseconds(5), s_window = TimeSpan.FromSeconds(5), s_bunch = TimeSpan.FromMilliseconds(2.5);

    private readonly float[] _weights = new float[Bins];
    private float _weight;      // of the next packet: growing it is shrinking all the others
    private float _total;
    private TimeSpan _quickest, _quickestBefore, _windowStart, _heardAt;

    /// <summary>Transit of the quickest packet of late, on the clocks of both sides.</summary>
    public TimeSpan Base => _quickest < _quickestBefore ? _quickest : _quickestBefore;

    /// <summary>A whole number of bins: what 99 % of the packets keep.</summary>
    public TimeSpan Delay { get; private set; }

    public void Start(TimeSpan transit, TimeSpan initial, TimeSpan now)
    {
        Array.Clear(_weights);
        _quickest = _quickestBefore = transit;
        _windowStart = _heardAt = now;
        _weight = 1;
        _total = PriorWeight;
        _weights[Bin(initial - TimeSpan.FromTicks(1))] = PriorWeight;
        Delay = initial;
    }

    public void OnPacket(TimeSpan transit, TimeSpan now)
    {
        if (now - _heardAt > 2 * s_window) _quickest = _quickestBefore = transit;    // what was known is old
        else if (now - _windowStart > s_window) (_quickestBefore, _quickest, _windowStart) = (_quickest, transit, now);
        else if (transit < _quickest) _quickest = transit;
        float weight = now - _heardAt < s_bunch ? _weight * Behind : _weight;
        _heardAt = now;
        _weights[Bin(transit - Base)] += weight;
        _total += weight;
        _weight /= Kept;
        if (_weight > Largest) Rescale();
        Delay = s_bin * (Quantile() + 1);
    }

    private static int Bin(TimeSpan late) => (int)Math.Clamp(late.Ticks / s_bin.Ticks, 0, Bins - 1);

    private int Quantile()
    {
        float late = _total * (1 - InTime);    // from above: few bins are filled there
        int bin = Bins - 1;
        for (; bin > 0 && (late -= _weights[bin]) >= 0; bin--)
        {
        }

        return bin;
    }

    private void Rescale()
    {
        float sum = 0;
        for (int i = 0; i < Bins; i++) sum += _weights[i] /= _weight;
        (_total, _weight) = (sum, 1);
    }
}
