using System.Net;
using System.Text;
using Sip.Core.Messages;
using Tandem.Net;

namespace Appliance.Tests.Signalling;

/// <summary>Time and wires for signalling tests: events in order of a clock that only they move, seeded loss and delay on UDP.</summary>
/// <remarks>It is the thread's synchronization context too: what tests await continues inside <see cref="Run(TimeSpan)"/>.</remarks>
internal sealed class VirtualNetwork : SynchronizationContext
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<IPEndPoint, Action<VirtualDatagram>> _hosts = [];
    private readonly Random _random;
    private long _order;

    public VirtualNetwork(int seed = 1)
    {
        _random = new Random(seed);
        SetSynchronizationContext(this);
    }

    public TimeSpan Now { get; private set; }

    /// <summary>Share of the datagrams that are lost.</summary>
    public double Loss { get; set; }

    public TimeSpan MinDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Chooses datagrams to lose: sender, receiver, message.</summary>
    public Func<VirtualDatagram, SipMessage, bool>? Drop { get; set; }

    /// <summary>Every message that was handed to the network, "sender &gt; receiver: first line".</summary>
    public List<string> Trace { get; } = [];

    public void Attach(IPEndPoint address, Action<VirtualDatagram> receive) => _hosts[address] = receive;

    public void At(TimeSpan time, Action action) => _events.Enqueue(action, (time < Now ? Now : time, _order++));

    public override void Post(SendOrPostCallback d, object? state) => At(Now, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Deliver(VirtualDatagram datagram)
    {
        var message = new SipMessage();
        message.Parse(datagram.Bytes);
        string text = Encoding.UTF8.GetString(datagram.Bytes);
        Trace.Add($"{datagram.From.Port} > {datagram.To.Port}: {text[..Math.Max(0, text.IndexOf('\r', StringComparison.Ordinal))]} ({message.CSeqNumber} {Encoding.ASCII.GetString(message.CSeqMethodName)})");
        bool udp = datagram.Transport == SipTransport.Udp;
        if ((udp && _random.NextDouble() < Loss) || Drop?.Invoke(datagram, message) == true) return;
        TimeSpan delay = udp ? MinDelay + (MaxDelay - MinDelay) * _random.NextDouble() : MinDelay;
        At(Now + delay, () =>
        {
            if (_hosts.TryGetValue(datagram.To, out Action<VirtualDatagram>? receive)) receive(datagram);
        });
    }

    /// <summary>Lets that much time pass.</summary>
    public void Run(TimeSpan duration)
    {
        TimeSpan end = Now + duration;
        while (_events.TryPeek(out _, out (TimeSpan At, long Order) key) && key.At <= end)
        {
            Now = key.At;
            _events.Dequeue()();
        }
        Now = end;
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    public int Count(string part)
    {
        int count = 0;
        foreach (string line in Trace)
            if (line.Contains(part, StringComparison.Ordinal)) count++;
        return count;
    }
}
