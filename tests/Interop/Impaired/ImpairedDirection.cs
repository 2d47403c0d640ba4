namespace Interop.Impaired;

/// <summary>One direction of an impaired path. The n-th packet of speech meets the same fate at every run with the same seed, whatever else passes.</summary>
/// <remarks>Time is an argument. Not thread-safe, on purpose.</remarks>
public sealed class ImpairedDirection(Impairment impairment, int seed)
{
    /// <summary>Longer than two packets of 20 ms take.</summary>
    private static readonly TimeSpan s_overtaken = TimeSpan.FromMilliseconds(45), s_repeated = TimeSpan.FromMilliseconds(5);

    private readonly Fate _speech = new(impairment, seed), _other = new(impairment, seed + 1);
    private TimeSpan _lastRelease;

    public int Passed { get; private set; }

    public int Lost { get; private set; }

    /// <summary>Says when a datagram that comes now goes on.</summary>
    /// <param name="datagram">Which says whether it is speech: RTP has a fate of its own, apart from STUN, DTLS and RTCP.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="releases">Gets no time where it is lost, two where it is doubled.</param>
    public void Carry(ReadOnlySpan<byte> datagram, TimeSpan now, IList<TimeSpan> releases)
    {
        bool isSpeech = datagram.Length > 12 && datagram[0] >> 6 == 2 && datagram[1] is < 192 or > 223;    // RFC 5761 §4
        (bool lost, bool overtaken, bool doubled, double delay) = (isSpeech ? _speech : _other).Next();
        if (lost)
        {
            Lost++;
            return;
        }
        Passed++;
        TimeSpan at = now + 2 * delay * impairment.Jitter;
        if (overtaken) at += s_overtaken;
        else if (at < _lastRelease) at = _lastRelease;
        else _lastRelease = at;
        releases.Add(at);
        if (doubled) releases.Add(at + s_repeated);
    }

    /// <summary>A chain of random numbers of its own; each packet takes as many, whatever comes of it.</summary>
    private sealed class Fate(Impairment impairment, int seed)
    {
        private readonly Random _random = new(seed);
        private bool _losing;

        public (bool Lost, bool Overtaken, bool Doubled, double Delay) Next()
        {
            double loss = _random.NextDouble(), overtaken = _random.NextDouble(), doubled = _random.NextDouble(), delay = _random.NextDouble();
            // Gilbert's model: runs of the mean length, so seldom that the share is right.
            double ends = 1 / impairment.MeanBurst, begins = impairment.Loss * ends / (1 - impairment.Loss);
            _losing = impairment.MeanBurst <= 1 ? loss < impairment.Loss : loss < (_losing ? 1 - ends : begins);
            return (_losing, overtaken < impairment.Reordered, doubled < impairment.Duplicated, delay);
        }
    }
}
