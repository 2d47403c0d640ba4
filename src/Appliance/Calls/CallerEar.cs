namespace Tandem.Calls;

/// <summary>
/// What the caller hears while others are rung. Before anything sounds its own phone is told that it rings (180); what a callee sends early
/// (183 with SDP) is passed on, of several the first until it ends; and a caller who hears us already, answered or by a 183, gets a ringback of
/// ours where there is nothing else. Whatever is tried in turn, the caller meets one dialog and one answer. Shard thread only.
/// </summary>
/// <param name="caller">Whose ear it is.</param>
/// <param name="isDeaf">It is elsewhere: nothing of all that is heard.</param>
internal sealed class CallerEar(CallLeg caller, bool isDeaf = false)
{
    private readonly List<CallLeg> _early = [];
    private CallLeg? _heard;
    private bool _told, _ringback;

    /// <summary>Somebody's phone rings.</summary>
    public void Ringing()
    {
        if (_heard is not null || isDeaf) return;
        if (caller.Hears)
        {
            if (!_ringback) caller.StartRingback();
            _ringback = true;
        }
        else if (!_told)
        {
            _told = true;
            caller.Session.Progress(180);
        }
    }

    /// <summary>A callee's early media is settled: the caller hears it unless it hears another's.</summary>
    public void Early(CallLeg callee)
    {
        if (!_early.Contains(callee)) _early.Add(callee);
        if (_heard is null && !isDeaf) Hear(callee);
    }

    /// <summary>A callee is gone; what else there is to hear is heard from now on.</summary>
    public void Over(CallLeg callee)
    {
        _early.Remove(callee);
        if (_heard != callee) return;
        _heard = null;
        caller.Separate();
        if (_early.Count > 0) Hear(_early[^1]);
        else Ringing();
    }

    /// <summary>One has answered: the caller is its from now on.</summary>
    public void Settle(CallLeg callee)
    {
        if (_heard is not null && _heard != callee) caller.Separate();
        (_heard, _ringback) = (null, false);
        _early.Clear();
    }

    /// <summary>Nobody is rung any more.</summary>
    public void Quiet()
    {
        if (_heard is not null) caller.Separate();
        if (_ringback) caller.StopPlayout();
        (_heard, _ringback) = (null, false);
        _early.Clear();
    }

    private void Hear(CallLeg callee)
    {
        if (!caller.HearEarly(callee))
        {
            Ringing();
            return;
        }
        (_heard, _ringback) = (callee, false);
        caller.Connect(callee);
    }
}
