using System.Net;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>Counts connections, overall and per source. Any thread.</summary>
internal sealed class ConnectionGate(int total, int perSource)
{
    private readonly ConnectionLimits _limits = new(total, perSource);
    private readonly Lock _counting = new();
    private long _refused;

    /// <summary>Turned away since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place, or counts a refusal.</summary>
    /// <returns>To be disposed when the connection ends; null: there is no place.</returns>
    public IDisposable? TryEnter(IPAddress source)
    {
        lock (_counting)
        {
            if (_limits.TryEnter(source)) return new Place(this, source);
        }

        Interlocked.Increment(ref _refused);
        return null;
    }

    private sealed class Place(ConnectionGate gate, IPAddress source) : IDisposable
    {
        public void Dispose()
        {
            lock (gate._counting) gate._limits.Leave(source);
        }
    }
}
