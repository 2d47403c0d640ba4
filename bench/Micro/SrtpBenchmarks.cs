using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Rtp.Core.Packets;
using Srtp;
using Srtp.Ciphers;

namespace Micro;

/// <summary>
/// A packet of 12 + 160 bytes: ours by intrinsics and by libcrypto, libsrtp2, and what the framework's own classes take for the same
/// cryptography without the packet about it.
/// </summary>
[MemoryDiagnoser]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The run ends, and with it all of this.")]
public class SrtpBenchmarks
{
    private const int Plain = 172;

    private readonly byte[] _packet = new byte[Plain + 32], _tag = new byte[16], _nonce = new byte[12], _digest = new byte[20];
    private readonly Direction _intrinsic = new(), _libCrypto = new(), _foreign = new();
    private LibSrtp? _libSrtpSender, _libSrtpReceiver;
    private SrtpSender? _sender, _portableSender;
    private SrtpReceiver? _receiver, _portableReceiver;
    private AesGcm? _frameworkGcm;
    private IncrementalHash? _frameworkHash;
    private HmacSha1 _hash;

    [Params(SrtpProfile.AesCm128HmacSha1Tag80, SrtpProfile.AesCm128HmacSha1Tag32, SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm)]
    public SrtpProfile Profile { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ProfileParameters profile = Profiles.Find(Profile)!;
        byte[] key = RandomNumberGenerator.GetBytes(profile.KeyLength + profile.SaltLength);
        (_sender, _receiver) = (new SrtpSender(profile, key, CipherBackend.Intrinsics), new SrtpReceiver(profile, key, CipherBackend.Intrinsics));
        (_portableSender, _portableReceiver) = (new SrtpSender(profile, key, CipherBackend.LibCrypto), new SrtpReceiver(profile, key, CipherBackend.LibCrypto));
        (_libSrtpSender, _libSrtpReceiver) = (new LibSrtp(Profile, key, inbound: false), new LibSrtp(Profile, key, inbound: true));
        _frameworkGcm = new AesGcm(key.AsSpan(0, profile.KeyLength), 16);
#pragma warning disable CA5350 // the algorithm of the profile
        _frameworkHash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key.AsSpan(0, 20));
#pragma warning restore CA5350
        _hash = new HmacSha1(key.AsSpan(0, 20));
    }

    [Benchmark(Baseline = true, Description = "protect")]
    public int Protect()
    {
        _intrinsic.Next(_packet);
        _sender!.TryProtect(_packet, Plain, out int length);
        return length;
    }

    [Benchmark(Description = "protect, libcrypto")]
    public int ProtectByLibCrypto()
    {
        _libCrypto.Next(_packet);
        _portableSender!.TryProtect(_packet, Plain, out int length);
        return length;
    }

    [Benchmark(Description = "protect, libsrtp2")]
    public int ProtectByLibSrtp()
    {
        _foreign.Next(_packet);
        return _libSrtpSender!.Protect(_packet, Plain);
    }

    [Benchmark(Description = "protect and unprotect")]
    public int Both()
    {
        _intrinsic.Next(_packet);
        _sender!.TryProtect(_packet, Plain, out int length);
        _receiver!.TryUnprotect(_packet.AsSpan(0, length), out length);
        return length == Plain ? length : throw new InvalidOperationException("not authentic");
    }

    [Benchmark(Description = "protect and unprotect, libcrypto")]
    public int BothByLibCrypto()
    {
        _libCrypto.Next(_packet);
        _portableSender!.TryProtect(_packet, Plain, out int length);
        _portableReceiver!.TryUnprotect(_packet.AsSpan(0, length), out length);
        return length == Plain ? length : throw new InvalidOperationException("not authentic");
    }

    [Benchmark(Description = "protect and unprotect, libsrtp2")]
    public int BothByLibSrtp()
    {
        _foreign.Next(_packet);
        return _libSrtpReceiver!.Unprotect(_packet, _libSrtpSender!.Protect(_packet, Plain));
    }

    [Benchmark(Description = "framework: AesGcm, or IncrementalHash alone")]
    public int Framework()
    {
        if (Profiles.Find(Profile)!.IsAead)
        {
            _frameworkGcm!.Encrypt(_nonce, _packet.AsSpan(12, 160), _packet.AsSpan(12, 160), _tag, _packet.AsSpan(0, 12));
            return 0;
        }

        _frameworkHash!.AppendData(_packet, 0, Plain + 4);
        return _frameworkHash.GetHashAndReset(_digest);
    }

    [Benchmark(Description = "our HMAC alone")]
    public void Hash() => _hash.Compute(_packet.AsSpan(0, Plain), _packet.AsSpan(0, 4), _digest);

    /// <summary>Numbers that go on: a receiver takes each but once.</summary>
    private sealed class Direction
    {
        private ushort _sequence;

        public void Next(byte[] packet)
        {
            unchecked
            {
                RtpWriter.WriteHeader(packet, 0, false, _sequence++, 0, 77);
            }
        }
    }
}
