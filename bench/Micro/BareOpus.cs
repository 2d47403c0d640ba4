using System.Runtime.InteropServices;

namespace Micro;

/// <summary>libopus with nothing around it: the floor beside which the product's codec stands.</summary>
internal static unsafe partial class BareOpus
{
    [LibraryImport("libopus.so.0", EntryPoint = "opus_encoder_create")]
    public static partial nint CreateEncoder(int rateHz, int channels, int application, int* error);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_encoder_ctl")]
    public static partial int Control(nint encoder, int request, int value);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_encode")]
    public static partial int Encode(nint encoder, short* pcm, int samples, byte* packet, int bytes);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_encoder_destroy")]
    public static partial void DestroyEncoder(nint encoder);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_decoder_create")]
    public static partial nint CreateDecoder(int rateHz, int channels, int* error);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_decode")]
    public static partial int Decode(nint decoder, byte* packet, int bytes, short* pcm, int samples, int fec);

    [LibraryImport("libopus.so.0", EntryPoint = "opus_decoder_destroy")]
    public static partial void DestroyDecoder(nint decoder);
}
