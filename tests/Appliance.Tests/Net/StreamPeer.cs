using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tandem.Net;

namespace Appliance.Tests.Net;

/// <summary>The other end of a TCP or TLS connection.</summary>
internal sealed class StreamPeer(Socket socket, Stream? stream = null) : IDisposable
{
    private readonly Stream _stream = stream ?? new NetworkStream(socket, ownsSocket: true);

    public Socket Socket => socket;

    public SslStream Tls => (SslStream)_stream;

    public static async Task<StreamPeer> ConnectAsync(
        TransportHarness harness,
        SipTransport transport,
        AddressFamily family = AddressFamily.InterNetwork,
        SslProtocols protocols = SslProtocols.None,
        X509Certificate2? trust = null)
    {
        IPEndPoint target = harness.Listener(transport, family);
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target).WaitAsync(TransportHarness.Limit);
        if (transport == SipTransport.Tcp) return new StreamPeer(socket);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = new SslClientAuthenticationOptions { TargetHost = target.Address.ToString(), EnabledSslProtocols = protocols };
        if (trust is null)
        {
#pragma warning disable CA5359 // tests of the transport, not of the certificate
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(trust);
        }

        await tls.AuthenticateAsClientAsync(options).WaitAsync(TransportHarness.Limit);
        return new StreamPeer(socket, tls);
    }

    public Task WriteAsync(byte[] bytes) => _stream.WriteAsync(bytes, 0, bytes.Length).WaitAsync(TransportHarness.Limit);

    public async Task<string> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TransportHarness.Limit);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Everything until the other side closes, politely or not.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(all).WaitAsync(TransportHarness.Limit);
        }
        catch (IOException)
        {
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    public void Dispose() => _stream.Dispose();
}
