namespace Rtp.Core.Rtcp;

/// <summary>The report blocks of one SR or RR, borrowed.</summary>
public readonly ref struct ReportBlocks(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Count => _bytes.Length / ReportBlock.Length;

    public ReportBlock this[int index] => ReportBlock.Read(_bytes.Slice(index * ReportBlock.Length, ReportBlock.Length));
}
