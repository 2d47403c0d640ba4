using Rtp.Core.Stun;

namespace Rtp.Core.Ice;

/// <summary>Whether a check was seen before.</summary>
internal enum CheckNovelty : byte
{
    New,

    /// <summary>Sent again: the response was lost.</summary>
    Repeated,

    /// <summary>The same bytes from another address: somebody copied them.</summary>
    Replayed,
}

/// <summary>The transactions of the last authentic checks and where they came from: several minutes of a call.</summary>
/// <remarks>Integrity covers the message, not its source: without this whoever overheard one check could move the call to an address of his.</remarks>
internal sealed class SeenChecks
{
    private const int Kept = 128;

    private readonly uint[] _transactions = new uint[Kept];
    private readonly uint[] _sources = new uint[Kept];
    private int _next;
    private int _count;

    public CheckNovelty Note(in StunTransactionId id, int baseId, in TransportAddress source)
    {
        uint transaction = unchecked((uint)id.GetHashCode());
        uint from = unchecked((uint)HashCode.Combine(source.High, source.Low, source.Port, baseId));
        int known = _transactions.AsSpan(0, _count).IndexOf(transaction);
        if (known >= 0) return _sources[known] == from ? CheckNovelty.Repeated : CheckNovelty.Replayed;
        _transactions[_next] = transaction;
        _sources[_next] = from;
        _next = (_next + 1) % Kept;
        _count = Math.Max(_count, _next == 0 ? Kept : _next);
        return CheckNovelty.New;
    }
}
