using Tandem.Net.Interop;

namespace Tandem.Dtls;

/// <summary>What a thread of <see cref="DtlsWorkers"/> sleeps by.</summary>
/// <param name="cores">Entered while its thread computes, left while it sleeps.</param>
internal sealed class DtlsWorker(DtlsCores cores) : IDisposable
{
    private readonly EventSignal _signal = new();

    /// <summary>Where the association that it works for gathers what it sends; empty in between.</summary>
    public byte[] Flight { get; } = new byte[DtlsPipe.MaxDatagram];

    /// <summary>Ends a sleep, or the next one. Any thread, without a lock.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Sleeps until woken, but not beyond the limit.</summary>
    public void Sleep(TimeSpan limit)
    {
        cores.Leave();
        _signal.Wait(limit);
        cores.Enter();
    }

    /// <summary>Waits for work; its thread is not among those that compute.</summary>
    /// <returns>False: the time is up.</returns>
    public bool Idle(TimeSpan limit) => _signal.Wait(limit);

    public void Dispose() => _signal.Dispose();
}
