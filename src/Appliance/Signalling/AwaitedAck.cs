using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>A 2xx of ours that waits for its ACK: resent from T1 doubling to T2, given up after 64*T1 (RFC 3261 §13.3.1.4).</summary>
/// <remarks>
/// An ACK on a connection that ended before it was written is lost for good: the libraries of browsers forget the INVITE with the connection,
/// so a 2xx that is sent again over their next one finds nobody. A peer that came back and stays silent then is taken at its registration.
/// </remarks>
internal sealed class AwaitedAck
{
    private readonly UserAgent _agent;
    private readonly ServerTransaction _invite;
    private readonly Action<SipMessage> _acked;
    private readonly Action _lost;
    private readonly Func<bool> _doesWithout;
    private readonly AgentTimer _timer;
    private readonly TimeSpan _giveUpAt;
    private TimeSpan _wait;
    private bool _sentOverNext;

    /// <param name="agent">Its timers and transactions.</param>
    /// <param name="invite">What was answered with the 2xx.</param>
    /// <param name="cseq">Its number.</param>
    /// <param name="acked">Gets the ACK.</param>
    /// <param name="lost">There will be none.</param>
    /// <param name="doesWithout">The ACK went down with a connection that the peer has replaced: false where its body is needed.</param>
    public AwaitedAck(UserAgent agent, ServerTransaction invite, uint cseq, Action<SipMessage> acked, Action lost, Func<bool> doesWithout)
    {
        (_agent, _invite, CSeq, _acked, _lost, _doesWithout) = (agent, invite, cseq, acked, lost, doesWithout);
        _timer = new AgentTimer(OnTimer);
        _wait = agent.Options.Timers.T1;
        _giveUpAt = agent.Now + agent.Options.Timers.Timeout;
        agent.Arm(_timer, agent.Now + _wait);
    }

    /// <summary>The number of the INVITE, which its ACK repeats.</summary>
    public uint CSeq { get; }

    public void OnAck(SipMessage ack)
    {
        Stop();
        _acked(ack);
    }

    public void Stop() => _agent.Arm(_timer, TimeSpan.MaxValue);

    private void OnTimer()
    {
        if (_agent.Now >= _giveUpAt)
        {
            _lost();
            return;
        }
        bool cameBack = _invite.Flow.Current != _invite.Flow;
        if (cameBack && _sentOverNext && _doesWithout()) return;
        _agent.Layer.Resend(_invite);
        _wait = cameBack && !_sentOverNext ? _agent.Options.Timers.T1 : _agent.Options.Timers.Next(_wait);
        _sentOverNext = cameBack;
        TimeSpan next = _agent.Now + _wait;
        _agent.Arm(_timer, next < _giveUpAt ? next : _giveUpAt);
    }
}
