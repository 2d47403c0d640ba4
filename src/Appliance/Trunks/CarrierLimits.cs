using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>How many calls a carrier has, both directions, held against what it may have. One owner, the signalling shard.</summary>
public sealed class CarrierLimits
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Use> _carriers = new(StringComparer.Ordinal);

    /// <summary>Counts a new call, if there is room for it; <see cref="Ended"/> follows once then.</summary>
    public CarrierRoom TryStart(Carrier carrier, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        if (!_carriers.TryGetValue(carrier.Name, out Use? use)) _carriers[carrier.Name] = use = new Use();
        if (carrier.MaxCalls > 0 && use.Calls >= carrier.MaxCalls) return CarrierRoom.TooMany;
        if (!use.TryRate(carrier.MaxCallsPerSecond, now)) return CarrierRoom.TooFast;
        use.Calls++;
        return CarrierRoom.Free;
    }

    /// <summary>A call that was counted is over.</summary>
    public void Ended(string carrier)
    {
        if (_carriers.TryGetValue(carrier, out Use? use) && use.Calls > 0) use.Calls--;
    }

    /// <summary>Calls that it has now.</summary>
    public int Calls(string carrier) => _carriers.GetValueOrDefault(carrier)?.Calls ?? 0;

    private sealed class Use
    {
        private TimeSpan[] _starts = [];    // a ring of the last starts: as many as one second may have
        private int _next;

        public int Calls { get; set; }

        /// <summary>Exact over any second, not per second of the clock: no burst of twice the limit.</summary>
        public bool TryRate(int perSecond, TimeSpan now)
        {
            if (perSecond <= 0) return true;
            if (_starts.Length != perSecond)
            {
                _starts = new TimeSpan[perSecond];
                Array.Fill(_starts, TimeSpan.MinValue / 2);
                _next = 0;
            }
            if (now - _starts[_next] < s_second) return false;
            _starts[_next] = now;
            _next = (_next + 1) % perSecond;
            return true;
        }
    }
}
