using System.Runtime.InteropServices;
using Codecs.Interop;

namespace Codecs.Opus;

/// <summary>One stream of Opus, made by libopus. About 25 to 44 KB of native memory; owns it until disposed.</summary>
/// <remarks>One owner; not thread-safe. <see cref="Encode"/> allocates nothing.</remarks>
public sealed class OpusEncoder : IDisposable
{
    /// <summary>The longest packet of one frame (RFC 6716 §3.4 R2), and more than any bitrate of speech needs.</summary>
    public const int MaxPacketBytes = 1275;

    private readonly OpusEncoderHandle _handle;
    private readonly int _channels;
    private readonly int _smallestFrame;

    /// <param name="sampleRateHz">8000, 12000, 16000, 24000 or 48000.</param>
    /// <param name="channels">1 or 2.</param>
    /// <exception cref="DllNotFoundException">libopus is missing: <see cref="OpusLibrary.Problem"/>.</exception>
    /// <exception cref="ArgumentException">A rate or number of channels that Opus has not.</exception>
    public OpusEncoder(int sampleRateHz, int channels, OpusApplication application)
    {
        OpusLibrary.Require();
        _handle = OpusNative.EncoderCreate(sampleRateHz, channels, (int)application, out int error);
        if (error != OpusNative.Ok) throw new ArgumentException($"libopus makes no encoder of {sampleRateHz} Hz and {channels} channels ({error})", nameof(sampleRateHz));
        (SampleRateHz, _channels, _smallestFrame) = (sampleRateHz, channels, sampleRateHz / 400);
    }

    public int SampleRateHz { get; }

    /// <summary>0 to 10: what a frame may cost.</summary>
    public int Complexity
    {
        get => Get(OpusNative.GetComplexity);
        set => Set(OpusNative.SetComplexity, value);
    }

    /// <summary>500 to 512000.</summary>
    public int BitrateBps
    {
        get => Get(OpusNative.GetBitrate);
        set => Set(OpusNative.SetBitrate, value);
    }

    /// <summary>Variable bitrate around <see cref="BitrateBps"/>; the library's default.</summary>
    public bool VariableBitrate
    {
        get => Get(OpusNative.GetVbr) != 0;
        set => Set(OpusNative.SetVbr, value ? 1 : 0);
    }

    /// <summary>Each packet carries the one before coarsely, where <see cref="ExpectedLossPercent"/> and the bitrate make it worth it.</summary>
    public bool InbandFec
    {
        get => Get(OpusNative.GetInbandFec) != 0;
        set => Set(OpusNative.SetInbandFec, value ? 1 : 0);
    }

    /// <summary>0 to 100. Below about 1 no redundancy is spent even with <see cref="InbandFec"/>.</summary>
    public int ExpectedLossPercent
    {
        get => Get(OpusNative.GetPacketLossPercent);
        set => Set(OpusNative.SetPacketLossPercent, value);
    }

    /// <summary>In silence only one packet in 400 ms is worth sending; <see cref="Encode"/> returns 2 or less for the others.</summary>
    public bool Dtx
    {
        get => Get(OpusNative.GetDtx) != 0;
        set => Set(OpusNative.SetDtx, value ? 1 : 0);
    }

    /// <summary>The widest sound encoded; what a peer's maxplaybackrate asks for (RFC 7587 §6.1).</summary>
    public OpusBandwidth MaxBandwidth
    {
        get => (OpusBandwidth)Get(OpusNative.GetMaxBandwidth);
        set => Set(OpusNative.SetMaxBandwidth, (int)value);
    }

    public OpusSignal Signal
    {
        get => (OpusSignal)Get(OpusNative.GetSignal);
        set => Set(OpusNative.SetSignal, (int)value);
    }

    /// <summary>Encodes one frame.</summary>
    /// <param name="pcm">2.5, 5, 10, 20, 40 or 60 ms, channels interleaved.</param>
    /// <param name="packet">Where it goes; a smaller room makes a smaller packet. <see cref="MaxPacketBytes"/> is always enough.</param>
    /// <returns>Bytes of the packet; 2 or less: silence, nothing need be sent (<see cref="Dtx"/>).</returns>
    /// <exception cref="ArgumentException">A length that is no frame of Opus: our bug.</exception>
    public int Encode(ReadOnlySpan<short> pcm, Span<byte> packet)
    {
        int samples = pcm.Length / _channels;
        if (!IsFrame(samples) || samples * _channels != pcm.Length || packet.IsEmpty) throw new ArgumentException("no frame of Opus", nameof(pcm));
        int bytes = OpusNative.Encode(
            _handle, in MemoryMarshal.GetReference(pcm), samples, ref MemoryMarshal.GetReference(packet), Math.Min(packet.Length, MaxPacketBytes));
        return bytes >= 0 ? bytes : throw new InvalidOperationException($"libopus refuses a frame of {samples} samples ({bytes})");
    }

    /// <summary>Forgets the stream and keeps the settings.</summary>
    public void Reset() => Set(OpusNative.ResetState, 0);

    public void Dispose() => _handle.Dispose();

    private bool IsFrame(int samples)
    {
        int units = samples / _smallestFrame;
        return units * _smallestFrame == samples && units is 1 or 2 or 4 or 8 or 16 or 24;
    }

    private int Get(int request)
    {
        Check(OpusNative.EncoderQuery(_handle, request, out int value));
        return value;
    }

    private void Set(int request, int value) => Check(OpusNative.EncoderControl(_handle, request, value));

    private static void Check(int error)
    {
        if (error != OpusNative.Ok) throw new ArgumentOutOfRangeException(nameof(error), error, "libopus refuses the setting");
    }
}
