using Codecs.G711;
using Codecs.G722;
using Codecs.L16;
using Codecs.Opus;

namespace Tandem.Media;

/// <summary>Makes payloads of one stream's sound.</summary>
/// <remarks>One owner; allocates only when made. Opus holds native memory until disposed.</remarks>
internal sealed class FrameEncoder : IDisposable
{
    private readonly AudioCodec _codec;
    private readonly OpusEncoder? _opus;
    private readonly G722Encoder? _g722;
    private bool _paused;

    /// <param name="codec">Of the payloads.</param>
    /// <param name="opusRateHz">The rate of the sound that Opus gets; others have their own.</param>
    /// <param name="sending">Where it is Opus.</param>
    public FrameEncoder(AudioCodec codec, int opusRateHz, OpusSending sending)
    {
        _codec = codec;
        RateHz = codec == AudioCodec.Opus ? opusRateHz : codec.SampleRateHz();
        if (codec == AudioCodec.G722) _g722 = new G722Encoder();
        if (codec != AudioCodec.Opus) return;
        _opus = new OpusEncoder(RateHz, channels: 1, sending.Dtx ? OpusApplication.Voip : sending.Application)    // CELT has no DTX
        {
            Complexity = sending.Complexity,
            BitrateBps = sending.BitrateBps,
            InbandFec = sending.Fec,
            ExpectedLossPercent = sending.Fec ? OpusSending.ExpectedLossPercent : 0,
            Dtx = sending.Dtx,
            VariableBitrate = !sending.ConstantBitrate,
            MaxBandwidth = sending.MaxBandwidth,
        };
    }

    /// <summary>Of the sound.</summary>
    public int RateHz { get; }

    /// <summary>The packet length nearest to the one wished for: Opus has no frames of 30 ms (RFC 6716 §2.1.4).</summary>
    public static int PacketMs(AudioCodec codec, int ptimeMs) => codec == AudioCodec.Opus && ptimeMs == 30 ? 20 : ptimeMs;

    /// <returns>Octets written; 0: silence that need not be sent.</returns>
    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        switch (_codec)
        {
            case AudioCodec.Opus:
                int length = _opus!.Encode(pcm, payload);
                bool pauses = length <= 2;
                if (pauses && _paused) return 0;
                _paused = pauses;    // the first silent packet is sent: by it the peer knows that nothing is lost when none follow
                return length;
            case AudioCodec.G722:
                return _g722!.Encode(pcm, payload);
            case AudioCodec.Pcmu:
                G711.EncodeMuLaw(pcm, payload);
                return pcm.Length;
            case AudioCodec.Pcma:
                G711.EncodeALaw(pcm, payload);
                return pcm.Length;
            default:
                return L16.Encode(pcm, payload);
        }
    }

    public void Dispose() => _opus?.Dispose();
}
