using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>Walks the report blocks of one XR packet, borrowed: RFC 3611 §2, §3.</summary>
public ref struct ExtendedReportReader
{
    private const int HeadLength = 4;

    private ReadOnlySpan<byte> _rest;

    private ExtendedReportReader(ReadOnlySpan<byte> body)
    {
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(body);
        _rest = body[HeadLength..];
    }

    /// <summary>Who reports.</summary>
    public uint Ssrc { get; }

    /// <summary>Of the block; many types exist that are nothing to us: what is not known is passed over.</summary>
    public ExtendedReportBlockType Type { get; private set; }

    /// <summary>The block behind its four-byte header.</summary>
    public ReadOnlySpan<byte> Block { get; private set; }

    /// <summary>Checks the lengths of all blocks.</summary>
    /// <returns>False where the packet is no XR or its blocks do not fill it. Never throws.</returns>
    public static bool TryParse(in RtcpReader packet, out ExtendedReportReader report)
    {
        report = default;
        if (packet.Type != RtcpPacketType.ExtendedReport || packet.Body.Length < HeadLength) return false;
        for (ReadOnlySpan<byte> rest = packet.Body[HeadLength..]; !rest.IsEmpty; rest = rest[BlockLength(rest)..])
        {
            if (rest.Length < HeadLength || BlockLength(rest) > rest.Length) return false;
        }

        report = new ExtendedReportReader(packet.Body);
        return true;
    }

    /// <summary>Moves to the next block.</summary>
    public bool Read()
    {
        if (_rest.Length < HeadLength) return false;
        int length = BlockLength(_rest);
        Type = (ExtendedReportBlockType)_rest[0];
        Block = _rest[HeadLength..length];
        _rest = _rest[length..];
        return true;
    }

    private static int BlockLength(ReadOnlySpan<byte> block) => 4 * (BinaryPrimitives.ReadUInt16BigEndian(block[2..]) + 1);
}
