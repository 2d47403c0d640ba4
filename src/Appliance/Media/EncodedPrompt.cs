using Codecs.G711;

namespace Tandem.Media;

/// <summary>A prompt in one codec, ready to be copied into packets.</summary>
/// <remarks>G.711 has one octet a sample, so a packet of any length is a slice and prompts join without a gap at any sample.</remarks>
public sealed class EncodedPrompt
{
    private readonly byte[] _octets;

    private EncodedPrompt(byte[] octets, AudioCodec codec) => (_octets, Codec) = (octets, codec);

    public AudioCodec Codec { get; }

    /// <summary>Samples at 8000 Hz.</summary>
    public int Samples => _octets.Length;

    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>The octet of silence in a codec.</summary>
    public static byte Silence(AudioCodec codec) => codec == AudioCodec.Pcma ? G711.ALawSilence : G711.MuLawSilence;

    internal static EncodedPrompt Encode(ReadOnlySpan<short> pcm, AudioCodec codec)
    {
        var octets = new byte[pcm.Length];
        if (codec == AudioCodec.Pcma) G711.EncodeALaw(pcm, octets);
        else G711.EncodeMuLaw(pcm, octets);
        return new EncodedPrompt(octets, codec);
    }
}
