using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>A 2xx of ours that waits for its ACK: resent from T1 doubling to T2, given up after 64*T1 (RFC 3261 §13.3.1.4).</summary>
internal sealed class AwaitedAck
{
    private readonly UserAgent _agent;
    private readonly ServerTransaction _invite;
    private readonly Action<SipMessage> _acked;
    private readonly Action _lost;
    private readonly AgentTimer _timer;
    private readonly TimeSpan _giveUpAt;
    private TimeSpan _wait;

    public AwaitedAck(UserAgent agent, ServerTransaction invite, uint cseq, Action<SipMessage> acked, Action lost)
    {
        (_agent, _invite, CSeq, _acked, _lost) = (agent, invite, cseq, acked, lost);
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
        _agent.Layer.Resend(_invite);
        _wait = _agent.Options.Timers.Next(_wait);
        TimeSpan next = _agent.Now + _wait;
        _agent.Arm(_timer, next < _giveUpAt ? next : _giveUpAt);
    }
}
