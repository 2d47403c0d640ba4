using System.Runtime.InteropServices;

namespace Codecs.Interop;

/// <summary>libopus as it is called; opus.h and opus_defines.h of 1.3 have the words.</summary>
/// <remarks>
/// The two ctl functions are variadic in C. On Linux an integer or a pointer given to <c>...</c> travels in the register that a named
/// parameter of its place would take, on x86-64 and on arm64 alike (on x86-64 AL bounds the vector registers in use, and a callee only
/// tests it to save them), so each is declared once for a value and once for an address.
/// </remarks>
internal static partial class OpusNative
{
    internal const string Library = "libopus.so.0";    // the full name: run time has no -dev package

    internal const int Ok = 0;

    internal const int SetBitrate = 4002;
    internal const int GetBitrate = 4003;
    internal const int SetMaxBandwidth = 4004;
    internal const int GetMaxBandwidth = 4005;
    internal const int SetVbr = 4006;
    internal const int GetVbr = 4007;
    internal const int SetComplexity = 4010;
    internal const int GetComplexity = 4011;
    internal const int SetInbandFec = 4012;
    internal const int GetInbandFec = 4013;
    internal const int SetPacketLossPercent = 4014;
    internal const int GetPacketLossPercent = 4015;
    internal const int SetDtx = 4016;
    internal const int GetDtx = 4017;
    internal const int SetSignal = 4024;
    internal const int GetSignal = 4025;
    internal const int ResetState = 4028;
    internal const int GetLastPacketDuration = 4039;

    [LibraryImport(Library, EntryPoint = "opus_get_version_string")]
    internal static partial nint GetVersionString();

    [LibraryImport(Library, EntryPoint = "opus_encoder_create")]
    internal static partial OpusEncoderHandle EncoderCreate(int rateHz, int channels, int application, out int error);

    [LibraryImport(Library, EntryPoint = "opus_encoder_destroy")]
    internal static partial void EncoderDestroy(nint encoder);

    [LibraryImport(Library, EntryPoint = "opus_encode")]
    internal static partial int Encode(OpusEncoderHandle encoder, ref readonly short pcm, int samplesPerChannel, ref byte packet, int maxBytes);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    internal static partial int EncoderControl(OpusEncoderHandle encoder, int request, int value);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    internal static partial int EncoderQuery(OpusEncoderHandle encoder, int request, out int value);

    [LibraryImport(Library, EntryPoint = "opus_decoder_create")]
    internal static partial OpusDecoderHandle DecoderCreate(int rateHz, int channels, out int error);

    [LibraryImport(Library, EntryPoint = "opus_decoder_destroy")]
    internal static partial void DecoderDestroy(nint decoder);

    [LibraryImport(Library, EntryPoint = "opus_decode")]
    internal static partial int Decode(OpusDecoderHandle decoder, ref readonly byte packet, int bytes, ref short pcm, int samplesPerChannel, int fec);

    [LibraryImport(Library, EntryPoint = "opus_decoder_ctl")]
    internal static partial int DecoderControl(OpusDecoderHandle decoder, int request, int value);
}
