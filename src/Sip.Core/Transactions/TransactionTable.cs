using System.Diagnostics.CodeAnalysis;

namespace Sip.Core.Transactions;

/// <summary>The live transactions of one shard: found by key without allocation, due by deadline.</summary>
/// <remarks>One owner. Not thread-safe, on purpose.</remarks>
public sealed class TransactionTable<T> where T : Timed
{
    private readonly Dictionary<TransactionKey, T> _byKey = new(TransactionKey.Comparer);
    private readonly Dictionary<TransactionKey, T>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly DeadlineHeap<T> _deadlines = new();

    public TransactionTable() => _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _byKey.Count;

    /// <summary>The earliest deadline of all; MaxValue: none.</summary>
    public TimeSpan NextDeadline => _deadlines.Next;

    public bool TryFind(ReadOnlySpan<byte> key, [MaybeNullWhen(false)] out T transaction) => _bySpan.TryGetValue(key, out transaction);

    /// <returns>False: the key is taken; nothing changed.</returns>
    public bool TryAdd(TransactionKey key, T transaction, TimeSpan deadline)
    {
        if (!_byKey.TryAdd(key, transaction)) return false;
        _deadlines.Set(transaction, deadline);
        return true;
    }

    /// <summary>To be called after every event: the machine's deadline may have moved.</summary>
    public void Reschedule(T transaction, TimeSpan deadline) => _deadlines.Set(transaction, deadline);

    public void Remove(TransactionKey key, T transaction)
    {
        _byKey.Remove(key);
        _deadlines.Set(transaction, TimeSpan.MaxValue);
    }

    /// <summary>Takes a transaction whose deadline has come; it must be rescheduled or removed afterwards.</summary>
    public bool TryTakeDue(TimeSpan now, [MaybeNullWhen(false)] out T transaction) => _deadlines.TryTake(now, out transaction);
}
