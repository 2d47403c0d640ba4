using System.Runtime.InteropServices;
using Srtp;

namespace Micro;

/// <summary>libsrtp2, for comparison only: Debian's package libsrtp2-1.</summary>
internal sealed unsafe partial class LibSrtp : IDisposable
{
    private const string Library = "libsrtp2.so.1";
    private const int AnyInbound = 2, AnyOutbound = 3;

    private static readonly Lazy<int> s_started = new(Init);    // once for the process: it refuses a second time

    private readonly nint _session;

    public LibSrtp(SrtpProfile profile, byte[] masterKeyAndSalt, bool inbound)
    {
        Check(s_started.Value);
        fixed (byte* key = masterKeyAndSalt)
        {
            Policy policy = default;
            policy.SsrcType = inbound ? AnyInbound : AnyOutbound;
            policy.Key = key;
            policy.WindowSize = 128;
            Check(SetRtp(&policy.Rtp, (int)profile));
            Check(SetRtcp(&policy.Rtcp, (int)profile));
            Check(Create(out _session, &policy));
        }
    }

    public int Protect(byte[] packet, int length)
    {
        fixed (byte* bytes = packet) Check(Protect(_session, bytes, &length));
        return length;
    }

    public int Unprotect(byte[] packet, int length)
    {
        fixed (byte* bytes = packet) Check(Unprotect(_session, bytes, &length));
        return length;
    }

    public void Dispose() => Check(Deallocate(_session));

    private static void Check(int status)
    {
        if (status != 0) throw new InvalidOperationException($"libsrtp2 says {status}.");
    }

    [LibraryImport(Library, EntryPoint = "srtp_init")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_from_profile_for_rtp")]
    private static partial int SetRtp(CryptoPolicy* policy, int profile);

    [LibraryImport(Library, EntryPoint = "srtp_crypto_policy_set_from_profile_for_rtcp")]
    private static partial int SetRtcp(CryptoPolicy* policy, int profile);

    [LibraryImport(Library, EntryPoint = "srtp_create")]
    private static partial int Create(out nint session, Policy* policy);

    [LibraryImport(Library, EntryPoint = "srtp_dealloc")]
    private static partial int Deallocate(nint session);

    [LibraryImport(Library, EntryPoint = "srtp_protect"), SuppressGCTransition]
    private static partial int Protect(nint session, byte* packet, int* length);

    [LibraryImport(Library, EntryPoint = "srtp_unprotect"), SuppressGCTransition]
    private static partial int Unprotect(nint session, byte* packet, int* length);

    private struct CryptoPolicy
    {
#pragma warning disable CS0649 // filled by libsrtp2
        public int Cipher, KeyLength, Authentication, AuthenticationKeyLength, TagLength, Services;
#pragma warning restore CS0649
    }

    private struct Policy
    {
        public int SsrcType;
        public uint Ssrc;
        public CryptoPolicy Rtp, Rtcp;
        public byte* Key;
        public nint Keys;
        public nuint KeyCount;
        public nint Ekt;
        public nuint WindowSize;
        public int AllowRepeats;
        public nint EncryptedExtensions;
        public int EncryptedExtensionCount;
        public nint Next;
    }
}
