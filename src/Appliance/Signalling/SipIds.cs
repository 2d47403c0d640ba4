using System.Security.Cryptography;

namespace Tandem.Signalling;

/// <summary>Tags, Call-IDs and branches of one shard: unguessable, and they carry the shard's number (RFC 3261 §19.3, §8.1.1.7).</summary>
internal sealed class SipIds(int shard)
{
    private readonly byte[] _random = new byte[1024];    // drawn in bulk: a call to the system for each tag costs more than the tag
    private readonly string _branchMark = "z9hG4bK" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)) + ".";
    private int _used = 1024;

    /// <summary>80 random bits behind the shard's number: <c>0.6c1f…</c>.</summary>
    public string NewTag() => $"{shard}.{Hex(10)}";

    /// <summary>The same tag for a request each time it comes, for answers of which nothing is kept (RFC 3261 §8.2.7).</summary>
    public string TagOf(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> branch)
    {
        HashCode first = default, second = default;
        first.AddBytes(callId);
        first.AddBytes(branch);
        second.AddBytes(branch);
        second.AddBytes(callId);
        return $"{shard}.{first.ToHashCode():x8}{second.ToHashCode():x8}";
    }

    public string NewCallId() => $"{shard}.{Hex(16)}";

    public string NewBranch() => _branchMark + Hex(10);

    /// <summary>True for a branch made here: a request that carries it has been here before.</summary>
    public bool IsOwnBranch(ReadOnlySpan<byte> branch) =>
        branch.Length > _branchMark.Length && System.Text.Ascii.EqualsIgnoreCase(branch[.._branchMark.Length], _branchMark);

    /// <summary>The shard that a tag or Call-ID of ours names.</summary>
    public static bool TryGetShard(ReadOnlySpan<byte> tagOrCallId, out int shard)
    {
        shard = 0;
        int dot = tagOrCallId.IndexOf((byte)'.');
        return dot > 0 && System.Buffers.Text.Utf8Parser.TryParse(tagOrCallId[..dot], out shard, out int used) && used == dot;
    }

    /// <summary>A number that is not negative, for waits that must not coincide.</summary>
    public int NextNumber() => BitConverter.ToInt32(Take(4)) & int.MaxValue;

    private string Hex(int bytes) => Convert.ToHexStringLower(Take(bytes));

    private Span<byte> Take(int bytes)
    {
        if (_used + bytes > _random.Length)
        {
            RandomNumberGenerator.Fill(_random);
            _used = 0;
        }
        _used += bytes;
        return _random.AsSpan(_used - bytes, bytes);
    }
}
