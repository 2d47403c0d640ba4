using System.Buffers.Binary;

namespace Rtp.Core.Rtcp;

/// <summary>What a telephone makes of the stream that it hears: the VoIP metrics block of RFC 3611 §4.7.</summary>
/// <param name="Ssrc">The stream.</param>
/// <param name="LossRate">Packets that never came, in 1/256 of all since it began.</param>
/// <param name="DiscardRate">Packets that came too late or too early to be played, in 1/256.</param>
/// <param name="BurstDensity">Lost and discarded within bursts, in 1/256.</param>
/// <param name="GapDensity">Lost and discarded between bursts, in 1/256.</param>
/// <param name="BurstDurationMs">Mean length of a burst.</param>
/// <param name="GapDurationMs">Mean length between them.</param>
/// <param name="RoundTripMs">Between the two RTP interfaces; 0 where not known.</param>
/// <param name="EndSystemDelayMs">Inside the telephone: play-out, decoding and the way back; 0 where not known.</param>
/// <param name="RFactor">0 to 100, what it says the call is worth; 127: it does not say.</param>
/// <param name="MosListening">Ten times the MOS; 127: not known.</param>
/// <param name="MosConversational">The same, with delay and echo counted.</param>
/// <param name="ReceiverConfiguration">How it conceals losses and plays out (§4.7.6).</param>
/// <param name="JitterBufferMs">Nominal delay of its play-out.</param>
public readonly record struct VoipMetrics(
    uint Ssrc, byte LossRate, byte DiscardRate, byte BurstDensity, byte GapDensity, ushort BurstDurationMs, ushort GapDurationMs,
    ushort RoundTripMs, ushort EndSystemDelayMs, byte RFactor, byte MosListening, byte MosConversational, byte ReceiverConfiguration,
    ushort JitterBufferMs)
{
    private const int Length = 32;

    /// <summary>Whether it plays nothing in the place of what is lost: the value 01 of its concealment (§4.7.6).</summary>
    public bool ConcealsNothing => ReceiverConfiguration >> 6 == 1;

    /// <param name="block">A block of this type, behind its header.</param>
    /// <returns>False where it is too short. Never throws.</returns>
    public static bool TryParse(ReadOnlySpan<byte> block, out VoipMetrics metrics)
    {
        metrics = default;
        if (block.Length < Length) return false;
        metrics = new VoipMetrics(
            BinaryPrimitives.ReadUInt32BigEndian(block), block[4], block[5], block[6], block[7],
            BinaryPrimitives.ReadUInt16BigEndian(block[8..]), BinaryPrimitives.ReadUInt16BigEndian(block[10..]),
            BinaryPrimitives.ReadUInt16BigEndian(block[12..]), BinaryPrimitives.ReadUInt16BigEndian(block[14..]),
            block[20], block[22], block[23], block[24], BinaryPrimitives.ReadUInt16BigEndian(block[26..]));
        return true;
    }
}
