using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Requests in dialogs with peers whose only connection is gone: a browser opens another within seconds, and nothing else leads to
/// it. Shard thread only.</summary>
internal sealed class ReturningPeers(UserAgent agent, TimeSpan patience)
{
    private readonly Dictionary<SipFlow, List<Waiting>> _waiting = [];

    /// <summary>Requests that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Waits for the peer of a connection that is gone.</summary>
    /// <param name="lost">The connection.</param>
    /// <param name="then">Gets the connection that the peer came back over, or null when it did not in time.</param>
    public void Await(SipFlow lost, Action<SipFlow?> then)
    {
        if (!_waiting.TryGetValue(lost, out List<Waiting>? list)) _waiting[lost] = list = [];
        var one = new Waiting(then);
        one.Limit = new AgentTimer(() => GiveUp(lost, one));
        list.Add(one);
        Count++;
        agent.Arm(one.Limit, agent.Now + patience);
    }

    /// <summary>The peer is back: what waited goes out in its order.</summary>
    public void CameBack(SipFlow lost)
    {
        if (!_waiting.Remove(lost, out List<Waiting>? list)) return;
        Count -= list.Count;
        foreach (Waiting one in list)
        {
            agent.Arm(one.Limit!, TimeSpan.MaxValue);
            one.Then(lost.Current);
        }
    }

    private void GiveUp(SipFlow lost, Waiting one)
    {
        List<Waiting> list = _waiting[lost];
        list.Remove(one);
        Count--;
        if (list.Count == 0) _waiting.Remove(lost);
        one.Then(null);
    }

    private sealed class Waiting(Action<SipFlow?> then)
    {
        public Action<SipFlow?> Then { get; } = then;

        public AgentTimer? Limit { get; set; }
    }
}
