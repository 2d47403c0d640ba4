using System.Globalization;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Codecs.Opus;

namespace Micro;

/// <summary>One 20 ms frame of Opus through the product's codec, beside the bare library called in a tight loop on fixed buffers.</summary>
/// <remarks>Frames of half a second in turn: a single one over and over would be cheaper than speech.</remarks>
[MemoryDiagnoser]
#pragma warning disable CA1001 // BenchmarkDotNet calls the clean-up, and wants a class that it can derive from.
public unsafe class OpusBenchmarks
#pragma warning restore CA1001
{
    private const int Frames = 25;

    private readonly byte[][] _packets = new byte[Frames][];
    private OpusEncoder _encoder = null!;
    private OpusDecoder _decoder = null!;
    private nint _bareEncoder, _bareDecoder;
    private short* _pcm, _heard;
    private byte* _packet;
    private int _frame, _next;

    /// <summary>Rate, application and complexity.</summary>
    [Params("8000 low-delay 0", "8000 voip 0", "8000 voip 5", "8000 voip 10", "16000 low-delay 0", "16000 voip 5", "48000 voip 5")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        string[] parts = Kind.Split(' ');
        int rate = int.Parse(parts[0], CultureInfo.InvariantCulture), complexity = int.Parse(parts[2], CultureInfo.InvariantCulture);
        OpusApplication application = parts[1] == "voip" ? OpusApplication.Voip : OpusApplication.LowDelay;
        _frame = rate / 50;
        _encoder = new OpusEncoder(rate, 1, application) { Complexity = complexity, BitrateBps = 32_000 };
        _decoder = new OpusDecoder(rate, 1);
        int error;
        _bareEncoder = BareOpus.CreateEncoder(rate, 1, (int)application, &error);
        _bareDecoder = BareOpus.CreateDecoder(rate, 1, &error);
        _ = BareOpus.Control(_bareEncoder, 4010, complexity);
        _ = BareOpus.Control(_bareEncoder, 4002, 32_000);
        _pcm = (short*)NativeMemory.AllocZeroed((nuint)(_frame * Frames * sizeof(short)));
        _heard = (short*)NativeMemory.AllocZeroed((nuint)(_frame * sizeof(short)));
        _packet = (byte*)NativeMemory.AllocZeroed(OpusEncoder.MaxPacketBytes);
        for (int i = 0; i < _frame * Frames; i++)
        {
            double time = (double)i / rate, sum = 0;
            for (int k = 1; k <= 20; k++) sum += Math.Sin(2 * Math.PI * k * 130 * time + k) / k;
            _pcm[i] = (short)(5000 * sum * (0.6 + 0.4 * Math.Sin(2 * Math.PI * 4 * time)));
        }

        for (int i = 0; i < Frames; i++) _packets[i] = new Span<byte>(_packet, _encoder.Encode(Frame(i), new Span<byte>(_packet, OpusEncoder.MaxPacketBytes))).ToArray();
    }

    [Benchmark]
    public int Floor_encode() => BareOpus.Encode(_bareEncoder, _pcm + (_next = (_next + 1) % Frames) * _frame, _frame, _packet, OpusEncoder.MaxPacketBytes);

    [Benchmark]
    public int Encode() => _encoder.Encode(Frame(_next = (_next + 1) % Frames), new Span<byte>(_packet, OpusEncoder.MaxPacketBytes));

    [Benchmark]
    public int Floor_decode()
    {
        byte[] packet = _packets[_next = (_next + 1) % Frames];
        fixed (byte* bytes = packet) return BareOpus.Decode(_bareDecoder, bytes, packet.Length, _heard, _frame, 0);
    }

    [Benchmark]
    public int Decode() => _decoder.Decode(_packets[_next = (_next + 1) % Frames], new Span<short>(_heard, _frame));

    [GlobalCleanup]
    public void Stop()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        NativeMemory.Free(_pcm);
        NativeMemory.Free(_heard);
        NativeMemory.Free(_packet);
        BareOpus.DestroyEncoder(_bareEncoder);
        BareOpus.DestroyDecoder(_bareDecoder);
    }

    private ReadOnlySpan<short> Frame(int number) => new(_pcm + number * _frame, _frame);
}
