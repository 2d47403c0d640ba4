namespace Tandem.Dtls;

/// <summary>How many threads may compute at once for handshakes: one core is always left to media and signalling.</summary>
internal sealed class DtlsCores(int count)
{
    private readonly object _gate = new();    // a Monitor: waiting on it does not spin
    private int _free = count;

    public static DtlsCores AllButOne() => new(Math.Max(1, Environment.ProcessorCount - 1));

    public void Enter()
    {
        lock (_gate)
        {
            while (_free == 0) Monitor.Wait(_gate);
            _free--;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _free++;
            Monitor.Pulse(_gate);
        }
    }
}
