using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Micro.Dtls;

/// <summary>DTLS of OpenSSL with its datagrams in memory, either role.</summary>
internal sealed unsafe partial class OpenSslPeer : IDisposable
{
    private const string Ssl = "libssl.so.3", Crypto = "libcrypto.so.3";
    private const int VerifyPeer = 3, SetMtu = 17, MemoryEofReturn = 130, Ec = 408;
    private const ulong NoQueryMtu = 0x1000;

    private readonly nint _ssl, _in, _out;    // the buffers are the connection's

    public OpenSslPeer(nint context, bool isServer)
    {
        _ssl = SSL_new(context);
        (_in, _out) = (BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        _ = BIO_ctrl(_in, MemoryEofReturn, -1, 0);
        _ = BIO_ctrl(_out, MemoryEofReturn, -1, 0);
        SSL_set_bio(_ssl, _in, _out);
        _ = SSL_set_options(_ssl, NoQueryMtu);
        _ = SSL_ctrl(_ssl, SetMtu, 1200, 0);
        if (isServer) SSL_set_accept_state(_ssl);
        else SSL_set_connect_state(_ssl);
    }

    public bool Done { get; private set; }

    /// <summary>Both sides show a certificate, and any is believed.</summary>
    public static nint NewContext(byte[] certificate, byte[] key)
    {
        nint context = SSL_CTX_new(DTLS_method());
        bool ready = SSL_CTX_use_certificate_ASN1(context, certificate.Length, certificate) == 1 && SSL_CTX_use_PrivateKey_ASN1(Ec, context, key, key.Length) == 1
            && SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0;
        if (!ready) throw new InvalidOperationException("OpenSSL takes no certificate or no profile.");
        SSL_CTX_set_verify(context, VerifyPeer, &Accept);
        return context;
    }

    /// <summary>Takes a datagram, if there is one, and returns what there is to send.</summary>
    public byte[] Step(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* bytes = datagram)
        {
            if (!datagram.IsEmpty) _ = BIO_write(_in, bytes, datagram.Length);
        }
        Done = SSL_do_handshake(_ssl) == 1;
        byte* output = stackalloc byte[8192];
        int length = BIO_read(_out, output, 8192);
        return length > 0 ? new ReadOnlySpan<byte>(output, length).ToArray() : [];
    }

    public void Dispose() => SSL_free(_ssl);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Accept(int ok, nint store) => 1;

    [LibraryImport(Ssl)]
    private static partial nint DTLS_method();

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_certificate_ASN1(nint ctx, int len, byte[] d);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_PrivateKey_ASN1(int type, nint ctx, byte[] d, nint len);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_CTX_set_tlsext_use_srtp(nint ctx, string profiles);

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_verify(nint ctx, int mode, delegate* unmanaged[Cdecl]<int, nint, int> callback);

    [LibraryImport(Ssl)]
    private static partial nint SSL_new(nint ctx);

    [LibraryImport(Ssl)]
    private static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    private static partial void SSL_set_bio(nint ssl, nint r, nint w);

    [LibraryImport(Ssl)]
    private static partial ulong SSL_set_options(nint ssl, ulong options);

    [LibraryImport(Ssl)]
    private static partial nint SSL_ctrl(nint ssl, int cmd, nint larg, nint parg);

    [LibraryImport(Ssl)]
    private static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    private static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    private static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Crypto)]
    private static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    private static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    private static partial nint BIO_ctrl(nint bio, int cmd, nint larg, nint parg);

    [LibraryImport(Crypto)]
    private static partial int BIO_write(nint bio, byte* data, int len);

    [LibraryImport(Crypto)]
    private static partial int BIO_read(nint bio, byte* data, int len);
}
