using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>What is known of one gateway, from probes and from calls. One owner.</summary>
/// <remarks>
/// A failure is silence, a connection that cannot be had, or a 503: what says that the gateway itself does not work. Other errors (500, 502,
/// 504 and so on) are often about the number that was dialled; if they counted, a caller could put a gateway down by dialling badly.
/// </remarks>
internal sealed class GatewayHealth(GatewayChoice choice, TimeSpan now)
{
    /// <summary>A longer pause than this is a mistake or malice of the peer.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);

    private TimeSpan _heldUntil, _failedAt;
    private int _failures, _successes;
    private bool _down;

    public GatewayChoice Choice { get; private set; } = choice;

    public GatewayState State { get; private set; } = StateOf(choice, down: false, held: false);

    public TimeSpan Since { get; private set; } = now;

    public TimeSpan? Latency { get; private set; }

    public int LastCode { get; private set; }

    public int Calls { get; set; }

    /// <summary>Credit of smooth weighted round robin.</summary>
    public int Credit { get; set; }

    /// <summary>When it was first in the order the last time, in numbers of orders.</summary>
    public long Turn { get; set; }

    /// <summary>It failed the last time and still takes calls.</summary>
    public bool IsDoubtful => _failures > 0 && !_down;

    /// <summary>When time alone changes the state; MaxValue: never.</summary>
    public TimeSpan Deadline => State == GatewayState.Held ? _heldUntil : TimeSpan.MaxValue;

    public GatewayStatus Status => new(Choice, State, Since, Latency, LastCode, Calls, State == GatewayState.Held ? _heldUntil : null);

    /// <summary>New calls may go to it. A gateway that is down and not probed is tried again after the time between probes.</summary>
    public bool TakesCalls(TimeSpan now) => State == GatewayState.Up
        || (State == GatewayState.Down && !Choice.Carrier.Probe && now - _failedAt >= TimeSpan.FromSeconds(Choice.Carrier.ProbeSeconds));

    /// <summary>New settings; <paramref name="afresh"/>: they are of another host or of an operator who puts it into service.</summary>
    public void Configure(GatewayChoice choice, bool afresh)
    {
        Choice = choice;
        if (afresh) (_down, _failures, _successes, _heldUntil) = (false, 0, 0, TimeSpan.Zero);
    }

    /// <summary>A final answer to a call.</summary>
    public void OnAnswer(int status, TimeSpan latency, TimeSpan? retryAfter, TimeSpan now)
    {
        Heard(status, latency);
        if (status != 503)
        {
            OnSuccess(1);
            return;
        }
        if (retryAfter is not { } pause || pause <= TimeSpan.Zero)
        {
            OnFailure(now);
            return;
        }
        TimeSpan until = now + (pause < s_longestPause ? pause : s_longestPause);
        if (until > _heldUntil) _heldUntil = until;
    }

    /// <summary>No answer to a call or probe, or no way to the gateway.</summary>
    public void OnSilence(int status, TimeSpan now)
    {
        LastCode = status;
        OnFailure(now);
    }

    /// <summary>A final answer to a probe.</summary>
    public void OnProbe(int status, TimeSpan latency, TimeSpan now)
    {
        Heard(status, latency);
        if (IsAlive(Choice.Carrier, status)) OnSuccess(Choice.Carrier.ProbeUp);
        else OnFailure(now);
    }

    /// <summary>Brings <see cref="State"/> up to date.</summary>
    /// <returns>The change; null: none.</returns>
    public GatewayChange? Settle(TimeSpan now)
    {
        GatewayState state = StateOf(Choice, _down, held: now < _heldUntil);
        if (state == State) return null;
        var change = new GatewayChange(Choice, State, state, LastCode, Latency);
        (State, Since) = (state, now);
        return change;
    }

    private static GatewayState StateOf(GatewayChoice choice, bool down, bool held) =>
        !choice.Carrier.Enabled || !choice.Gateway.Enabled ? GatewayState.Disabled
        : choice.Gateway.Draining ? GatewayState.Draining
        : down ? GatewayState.Down
        : held ? GatewayState.Held
        : GatewayState.Up;

    /// <summary>501 is a gateway that does not know OPTIONS: it lives.</summary>
    private static bool IsAlive(Carrier carrier, int status) => carrier.ProbeAccepted.Count > 0
        ? carrier.ProbeAccepted.Contains(status)
        : status != 408 && (status is < 500 or 501 or >= 600);

    private void Heard(int status, TimeSpan latency)
    {
        LastCode = status;
        Latency = Latency is { } before ? before + (latency - before) / 8 : latency;
    }

    private void OnSuccess(int needed)
    {
        _failures = 0;
        _successes++;
        if (_down && _successes >= needed) _down = false;
    }

    private void OnFailure(TimeSpan now)
    {
        _successes = 0;
        _failures++;
        _failedAt = now;
        if (_failures >= Math.Max(1, Choice.Carrier.ProbeDown)) _down = true;
    }
}
