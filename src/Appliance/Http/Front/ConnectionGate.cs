using System.Net;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>Counts connections, overall and per source. Any thread.</summary>
internal sealed class ConnectionGate(int total, int perSource)
{
    private readonly ConnectionLimits _limits = new(total, perSource);
    private readonly Lock _counting = new();

    /// <summary>Takes a place.</summary>
    /// <returns>To be disposed when the connection ends; null: there is no place.</returns>
    public IDisposable? TryEnter(IPAddress source)
    {
        lock (_counting)
        {
            return _limits.TryEnter(source) ? new Place(this, source) : null;
        }
    }

    private sealed class Place(ConnectionGate gate, IPAddress source) : IDisposable
    {
        public void Dispose()
        {
            lock (gate._counting) gate._limits.Leave(source);
        }
    }
}
