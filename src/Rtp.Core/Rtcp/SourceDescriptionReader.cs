using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>Walks the items of an SDES packet: RFC 3550 §6.5.</summary>
/// <remarks>An item that runs past the end ends the walk: what was read before it stands.</remarks>
public ref struct SourceDescriptionReader
{
    public const byte Cname = 1;

    private ReadOnlySpan<byte> _rest;
    private int _chunks;
    private bool _inChunk;

    public SourceDescriptionReader(in RtcpReader packet)
    {
        bool isOne = packet.Type == RtcpPacketType.SourceDescription;
        _rest = isOne ? packet.Body : default;
        _chunks = isOne ? packet.Count : 0;
        _inChunk = false;
        Ssrc = 0;
        Item = 0;
        Text = default;
    }

    /// <summary>The source that the present item describes.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>The item's type: 1 is CNAME (§12.2).</summary>
    public byte Item { get; private set; }

    /// <summary>UTF-8 of a stranger.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    public bool Read()
    {
        while (true)
        {
            if (!_inChunk)
            {
                if (_chunks == 0 || _rest.Length < 4) return false;
                _chunks--;
                Ssrc = BinaryPrimitives.ReadUInt32BigEndian(_rest);
                _rest = _rest[4..];
                _inChunk = true;
            }

            if (_rest.IsEmpty) return false;
            if (_rest[0] == 0)
            {
                // One null ends the items, more fill the chunk up to 32 bits; the body itself starts on such a border.
                _rest = _rest[((_rest.Length - 1) & 3)..][1..];
                _inChunk = false;
                continue;
            }

            if (_rest.Length < 2 || _rest.Length < 2 + _rest[1]) return false;
            Item = _rest[0];
            Text = _rest.Slice(2, _rest[1]);
            _rest = _rest[(2 + _rest[1])..];
            return true;
        }
    }
}
