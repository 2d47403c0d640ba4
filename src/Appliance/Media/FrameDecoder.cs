using Codecs.Concealment;
using Codecs.G711;
using Codecs.G722;
using Codecs.L16;
using Codecs.Opus;

namespace Tandem.Media;

/// <summary>Makes sound of one stream's payloads, and fills in for those that are lost.</summary>
/// <remarks>One owner; allocates only when made. Opus holds native memory until disposed.</remarks>
internal sealed class FrameDecoder : IDisposable
{
    /// <summary>The longest sound in one packet; <see cref="Decode"/> needs room for it.</summary>
    public const int MaxPacketMs = 190;

    private readonly AudioCodec _codec;
    private readonly OpusDecoder? _opus;
    private readonly G722Decoder? _g722;
    private readonly G711Concealment? _concealment;

    /// <param name="codec">Of the payloads.</param>
    /// <param name="opusRateHz">The rate wanted of Opus; others have their own.</param>
    /// <param name="conceals">False: <see cref="Restore"/> will not be asked for, and sound comes out without concealment's delay.</param>
    public FrameDecoder(AudioCodec codec, int opusRateHz, bool conceals = true)
    {
        _codec = codec;
        RateHz = codec == AudioCodec.Opus ? opusRateHz : codec.SampleRateHz();
        if (codec == AudioCodec.Opus) _opus = new OpusDecoder(RateHz, channels: 1);
        else if (conceals) _concealment = new G711Concealment(RateHz);
        if (codec == AudioCodec.G722) _g722 = new G722Decoder();
    }

    /// <summary>Of the sound.</summary>
    public int RateHz { get; }

    /// <summary>Length of a payload on the RTP clock of its codec; 0: malformed.</summary>
    /// <param name="endsSpurt">The sender may say nothing after it.</param>
    public static int DurationOf(AudioCodec codec, ReadOnlySpan<byte> payload, out bool endsSpurt)
    {
        endsSpurt = false;
        if (codec != AudioCodec.Opus) return payload.Length / (codec.OctetsPerMs() * 1000 / codec.ClockRateHz());
        if (!OpusPacket.TryParse(payload, out OpusPacket packet)) return 0;
        endsSpurt = packet.IsSilence;
        return packet.DurationAt48k;
    }

    /// <returns>Samples written; 0: malformed.</returns>
    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        int samples = _codec switch
        {
            AudioCodec.Opus => _opus!.Decode(payload, pcm),
            AudioCodec.G722 => _g722!.Decode(payload, pcm),
            AudioCodec.Pcmu => DecodeMuLaw(payload, pcm),
            AudioCodec.Pcma => DecodeALaw(payload, pcm),
            _ => L16.Decode(payload, pcm),
        };
        _concealment?.Good(pcm[..samples]);
        return samples;
    }

    /// <summary>Fills in for what was lost.</summary>
    /// <param name="next">The packet behind it, which may carry it again; empty: not there.</param>
    /// <param name="pcm">As long as what was lost.</param>
    public void Restore(ReadOnlySpan<byte> next, Span<short> pcm)
    {
        int samples = pcm.Length;
        if (_opus is null) _concealment!.Conceal(pcm);
        else if (next.IsEmpty || (samples = _opus.DecodeFec(next, pcm)) == 0) samples = _opus.Conceal(pcm);
        pcm[samples..].Clear();
    }

    /// <summary>Another stream follows.</summary>
    public void Reset()
    {
        _opus?.Reset();
        _g722?.Reset();
        _concealment?.Reset();
    }

    public void Dispose() => _opus?.Dispose();

    private static int DecodeMuLaw(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        G711.DecodeMuLaw(payload, pcm);
        return payload.Length;
    }

    private static int DecodeALaw(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        G711.DecodeALaw(payload, pcm);
        return payload.Length;
    }
}
