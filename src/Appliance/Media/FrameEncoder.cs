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
    private readonly OpusSending _sending;
    private OpusEncoder? _opus;
    private readonly G722Encoder? _g722;
    private OpusApplication _application;
    private bool _paused;

    /// <param name="codec">Of the payloads.</param>
    /// <param name="opusRateHz">The rate of the sound that Opus gets; others have their own.</param>
    /// <param name="sending">Where it is Opus.</param>
    public FrameEncoder(AudioCodec codec, int opusRateHz, OpusSending sending)
    {
        (_codec, _sending) = (codec, sending);
        RateHz = codec == AudioCodec.Opus ? opusRateHz : codec.SampleRateHz();
        if (codec == AudioCodec.G722) _g722 = new G722Encoder();
        if (codec != AudioCodec.Opus) return;
        _opus = MakeOpus(Usual);
    }

    /// <summary>Of the sound.</summary>
    public int RateHz { get; }

    /// <summary>Where nothing is lost.</summary>
    private OpusApplication Usual => _sending.Dtx ? OpusApplication.Voip : _sending.Application;    // CELT has no DTX

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

    /// <summary>Lays redundancy out for what is lost on the way to the peer. Opus alone has any, and only where the peer and the host want it.</summary>
    /// <param name="percent">0: nothing is lost, as far as is known.</param>
    /// <remarks>Low-delay Opus has none, so it gives way to VOIP for as long as something is lost: a decoder follows such a change.</remarks>
    public void Expect(int percent)
    {
        if (_opus is null || !_sending.Fec) return;
        OpusApplication application = percent > 0 ? OpusApplication.Voip : Usual;
        if (application != _application)
        {
            _opus.Dispose();    // libopus changes the application of a fresh encoder only
            _opus = MakeOpus(application);
        }
        _opus.ExpectedLossPercent = Math.Max(percent, OpusSending.ExpectedLossPercent);
    }

    public void Dispose() => _opus?.Dispose();

    private OpusEncoder MakeOpus(OpusApplication application)
    {
        _application = application;
        return new OpusEncoder(RateHz, channels: 1, application)
        {
            Complexity = _sending.Complexity,
            BitrateBps = _sending.BitrateBps,
            InbandFec = _sending.Fec,
            ExpectedLossPercent = _sending.Fec ? OpusSending.ExpectedLossPercent : 0,
            Dtx = _sending.Dtx,
            VariableBitrate = !_sending.ConstantBitrate,
            MaxBandwidth = _sending.MaxBandwidth,
        };
    }
}
