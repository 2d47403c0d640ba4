namespace Rtp.Core.Playout;

/// <summary>Payloads of any length in chained blocks of one length: no room is lost between them, and none is ever moved.</summary>
internal sealed class PayloadStore
{
    public const short None = -1;

    private const int BlockBytes = 64;

    private readonly byte[] _bytes;
    private readonly short[] _next;
    private short _free;
    private int _freeBlocks;

    public PayloadStore(int capacityBytes)
    {
        int blocks = Math.Clamp((capacityBytes + BlockBytes - 1) / BlockBytes, 1, short.MaxValue);
        _bytes = new byte[blocks * BlockBytes];
        _next = new short[blocks];
        Clear();
    }

    public int CapacityBytes => _bytes.Length;

    public bool HasRoom(int length) => Blocks(length) <= _freeBlocks;

    /// <summary>Keeps a copy. Only where <see cref="HasRoom"/>.</summary>
    /// <returns>Its first block; <see cref="None"/> for an empty payload.</returns>
    public short Add(ReadOnlySpan<byte> payload)
    {
        short first = None, last = None;
        while (!payload.IsEmpty)
        {
            short block = _free;
            _free = _next[block];
            _freeBlocks--;
            _next[block] = None;
            if (last == None) first = block;
            else _next[last] = block;
            last = block;
            int taken = Math.Min(payload.Length, BlockBytes);
            payload[..taken].CopyTo(_bytes.AsSpan(block * BlockBytes));
            payload = payload[taken..];
        }

        return first;
    }

    public void Read(short first, Span<byte> target)
    {
        for (short block = first; !target.IsEmpty; block = _next[block])
        {
            int taken = Math.Min(target.Length, BlockBytes);
            _bytes.AsSpan(block * BlockBytes, taken).CopyTo(target);
            target = target[taken..];
        }
    }

    public void Remove(short first)
    {
        while (first != None)
        {
            short next = _next[first];
            _next[first] = _free;
            _free = first;
            _freeBlocks++;
            first = next;
        }
    }

    public void Clear()
    {
        for (int i = 0; i < _next.Length; i++) _next[i] = (short)(i + 1 < _next.Length ? i + 1 : None);
        _free = 0;
        _freeBlocks = _next.Length;
    }

    private static int Blocks(int length) => (length + BlockBytes - 1) / BlockBytes;
}
