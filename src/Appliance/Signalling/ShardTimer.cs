using Sip.Core.Transactions;

namespace Tandem.Signalling;

/// <summary>One deadline of a <see cref="SignallingShard"/>. Re-usable: a transaction keeps one and moves it as its machine says.</summary>
/// <remarks>Shard thread only. A timer that is set fires once; it can be set again from its own callback.</remarks>
public sealed class ShardTimer : Timed
{
    private readonly SignallingShard _shard;

    internal ShardTimer(SignallingShard shard, Action<object?> callback, object? state)
    {
        _shard = shard;
        Callback = callback;
        State = state;
    }

    internal Action<object?> Callback { get; }

    internal object? State { get; }

    public bool IsSet => DueAt != TimeSpan.MaxValue;

    /// <summary>Sets or moves the deadline. <see cref="TimeSpan.MaxValue"/> means never and cancels.</summary>
    public void SetAt(TimeSpan deadline) => _shard.Set(this, deadline);

    /// <summary>Sets or moves the deadline to this long after <see cref="SignallingShard.Now"/>.</summary>
    public void SetAfter(TimeSpan delay) => _shard.Set(this, delay == TimeSpan.MaxValue ? delay : _shard.Now + delay);

    /// <summary>After it the callback does not run until the timer is set again. Harmless when it is not set.</summary>
    public void Cancel() => _shard.Set(this, TimeSpan.MaxValue);
}
