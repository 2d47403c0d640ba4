using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Transactions;

namespace Sip.Core.Dialogs;

/// <summary>The reliable provisional responses to one INVITE, on the side that sends them (RFC 3262 §3).</summary>
/// <remarks>One is open at a time: the next is sent when the PRACK to the last has come.</remarks>
/// <param name="timers">T1 is the first wait; 64*T1 is all of it.</param>
/// <param name="inviteCSeq">CSeq of the INVITE.</param>
/// <param name="firstRSeq">1 to 2^31-1, by chance.</param>
public sealed class ReliableResponses(SipTimers timers, uint inviteCSeq, uint firstRSeq)
{
    private TimeSpan _wait, _resendAt = TimeSpan.MaxValue, _giveUpAt = TimeSpan.MaxValue;
    private bool _carriesSession;

    /// <summary>Number of the response that was sent last; 0: none was.</summary>
    public uint RSeq { get; private set; }

    /// <summary>The last response has no PRACK yet.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A 2xx has to wait: what is open carries a session description (§3).</summary>
    public bool HoldsAccept => IsOpen && _carriesSession;

    /// <summary>When <see cref="OnTimer"/> is due; MaxValue: never.</summary>
    public TimeSpan Deadline => _resendAt < _giveUpAt ? _resendAt : _giveUpAt;

    /// <summary>A response goes out now; not while another is open.</summary>
    /// <returns>Its RSeq.</returns>
    public uint Send(bool carriesSession, TimeSpan now)
    {
        RSeq = RSeq == 0 ? firstRSeq : RSeq + 1;
        (IsOpen, _carriesSession, _wait) = (true, carriesSession, timers.T1);
        (_resendAt, _giveUpAt) = (now + _wait, now + timers.Timeout);
        return RSeq;
    }

    /// <returns>False: it acknowledges nothing that is open; answer 481.</returns>
    public bool OnPrack(RAck rack)
    {
        if (!IsOpen || rack != new RAck(RSeq, inviteCSeq, SipMethod.Invite)) return false;
        IsOpen = false;
        Stop();
        return true;
    }

    /// <summary>The wait doubles without a limit but 64*T1 (§3): T2 does not count here.</summary>
    public ReliableEvent OnTimer(TimeSpan now)
    {
        if (now >= _giveUpAt)
        {
            Stop();
            return ReliableEvent.GiveUp;
        }
        if (now < _resendAt) return ReliableEvent.None;
        _wait *= 2;
        _resendAt = now + _wait;
        return ReliableEvent.Resend;
    }

    /// <summary>A final response was sent: nothing is sent again, but a PRACK that is under way still fits.</summary>
    public void Stop() => _resendAt = _giveUpAt = TimeSpan.MaxValue;
}
