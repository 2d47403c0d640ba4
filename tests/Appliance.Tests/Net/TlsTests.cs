using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Net;
using Xunit;

namespace Appliance.Tests.Net;

public sealed class TlsTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Messages_go_both_ways_under_TLS_and_the_certificate_names_our_addresses(SslProtocols version)
    {
        await using TransportHarness harness = Start();
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(harness.Folder, "sip.crt"));
        using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tls, protocols: version, trust: own);
        Assert.Equal(version, peer.Tls.SslProtocol);
        byte[] large = TransportHarness.Request("tls", new string('x', 50_000));
        await peer.WriteAsync([.. large, .. large]);
        TransportHarness.Seen first = await harness.NextAsync(), second = await harness.NextAsync();
        Assert.Equal(first.Text, second.Text);
        Assert.True(first.Flow.IsSecure);
        await harness.SendAsync(first.Flow, large);
        Assert.Equal(first.Text, await peer.ReadAsync(large.Length));
        Assert.Equal(("127.0.0.1", harness.Listener(SipTransport.Tls).Port), await harness.OnShard(() => harness.Transports.Advertised(first.Flow)));
        await harness.OnShard(() => { first.Flow.Channel.Close("test"); return true; });
        Assert.Equal("", await peer.ReadToEndAsync());
        Assert.Same(first.Flow, await harness.NextClosedAsync());
    }

    [Fact]
    public async Task Older_versions_and_plain_text_are_turned_away()
    {
        await using TransportHarness harness = Start();
#pragma warning disable SYSLIB0039, CA5397 // that these are refused is the point
        await Assert.ThrowsAnyAsync<Exception>(() => StreamPeer.ConnectAsync(harness, SipTransport.Tls, protocols: SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        await harness.NextClosedAsync();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(harness.Listener(SipTransport.Tls), TestContext.Current.CancellationToken);
        using var plain = new StreamPeer(socket);
        await plain.WriteAsync(TransportHarness.Request("plain"));
        await harness.NextClosedAsync();
        Assert.Equal(2, harness.Transports.Counters.HandshakesFailed);
    }

    [Fact]
    public async Task A_handshake_that_is_not_finished_in_time_ends_the_connection()
    {
        await using TransportHarness harness = Start(o => o with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(harness.Listener(SipTransport.Tls), TestContext.Current.CancellationToken);
        using var silent = new StreamPeer(socket);
        Assert.Equal("", await silent.ReadToEndAsync());
        await harness.NextClosedAsync();
        Assert.Equal(1, harness.Transports.Counters.HandshakesFailed);
    }

    [Theory]
    [InlineData(SipTransport.Tcp)]
    [InlineData(SipTransport.Tls)]
    public async Task A_reset_at_any_moment_ends_its_connection_and_nothing_else(SipTransport transport)
    {
        await using TransportHarness harness = Start(o => o with { TcpPort = 0 });
        for (int i = 0; i < 20; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            if (i % 2 == 0)
            {
                await socket.ConnectAsync(harness.Listener(transport), TestContext.Current.CancellationToken);
                await socket.SendAsync(new byte[] { 22, 3, 1, 0 }, TestContext.Current.CancellationToken);
                socket.Dispose();    // in the middle of a handshake, or of a message
            }
            else
            {
                socket.Dispose();
                using StreamPeer peer = await StreamPeer.ConnectAsync(harness, transport);
                await peer.WriteAsync(TransportHarness.Request("reset"));
                SipFlow flow = (await harness.NextAsync()).Flow;
                await harness.SendAsync(flow, new byte[60_000]);
                peer.Socket.LingerState = new LingerOption(true, 0);
                peer.Socket.Dispose();    // while it is being read and written
            }

            await harness.NextClosedAsync();
        }

        Assert.Equal(0, harness.Shard.Failures);
        using StreamPeer last = await StreamPeer.ConnectAsync(harness, transport);
        await last.WriteAsync(TransportHarness.Request("last"));
        Assert.Contains("last", (await harness.NextAsync()).Text);
    }

    [Fact]
    public async Task An_outgoing_connection_checks_the_certificate_unless_told_not_to()
    {
        await using TransportHarness server = Start();
        IPEndPoint target = server.Listener(SipTransport.Tls);
        await using TransportHarness strict = Start();
        SipFlow? refused = await strict.OnShard(() => strict.Transports.Open(SipTransport.Tls, target));
        Assert.Same(refused, await strict.NextClosedAsync());
        Assert.Equal(1, strict.Transports.Counters.HandshakesFailed);

        await using TransportHarness lax = Start(o => o with { VerifyOutgoingTls = false });
        SipFlow? flow = await lax.OnShard(() => lax.Transports.Open(SipTransport.Tls, target));
        Assert.True(await lax.SendAsync(flow!, TransportHarness.Request("out")));
        TransportHarness.Seen seen = await server.NextAsync();
        Assert.Contains("Call-ID: out", seen.Text);
        await server.SendAsync(seen.Flow, TransportHarness.Request("back"));
        Assert.Same(flow, (await lax.NextAsync()).Flow);
    }

    [Fact]
    public void The_certificate_is_made_once_with_a_private_key_file_and_made_again_before_it_expires()
    {
        string folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        try
        {
            var options = new SipListenOptions { CertificateFolder = Path.Combine(folder, "certificates"), ExternalAddresses = [IPAddress.Parse("198.51.100.7")] };
            DateTimeOffset now = DateTimeOffset.UtcNow;
            X509Certificate2 first = TlsIdentity.Load(options, now, NullLogger.Instance).TargetCertificate;
            Assert.Equal("1.2.840.10045.2.1", first.PublicKey.Oid.Value);
            var names = first.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
            Assert.Contains(IPAddress.Parse("198.51.100.7"), names.EnumerateIPAddresses());
            Assert.Contains("localhost", names.EnumerateDnsNames());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(options.CertificateFolder, "sip.key")));
            Assert.Equal(first.Thumbprint, TlsIdentity.Load(options, now, NullLogger.Instance).TargetCertificate.Thumbprint);
            Assert.NotEqual(first.Thumbprint, TlsIdentity.Load(options, now.AddDays(3640), NullLogger.Instance).TargetCertificate.Thumbprint);
            File.WriteAllText(Path.Combine(options.CertificateFolder, "sip.key"), "broken");
            Assert.NotEqual(first.Thumbprint, TlsIdentity.Load(options, now, NullLogger.Instance).TargetCertificate.Thumbprint);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Own_files_are_used_and_a_wrong_one_fails_the_start_by_name()
    {
        string folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        try
        {
            using var key = RSA.Create(2048);
            using X509Certificate2 made = new CertificateRequest("CN=own.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            string certificateFile = Path.Combine(folder, "own.pem"), keyFile = Path.Combine(folder, "own.key");
            await File.WriteAllTextAsync(certificateFile, made.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            await using TransportHarness harness = Start(o => o with { TlsCertificateFile = certificateFile, TlsKeyFile = keyFile });
            using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tls);
            Assert.Equal("CN=own.example", peer.Tls.RemoteCertificate!.Subject);
            IOException error = Assert.Throws<IOException>(() => Start(o => o with { TlsCertificateFile = keyFile, TlsKeyFile = keyFile }));
            Assert.Contains(keyFile, error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Peers_that_write_on_while_they_are_shown_out_do_not_end_the_process()
    {
        await using TransportHarness harness = Start(o => o with { MaxConnectionsPerSource = 1000 });
        byte[] junk = [.. TransportHarness.Request("junk"), .. Enumerable.Repeat((byte)'x', 120_000)];
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            using StreamPeer peer = await StreamPeer.ConnectAsync(harness, SipTransport.Tls);
            try
            {
                for (int i = 0; i < 4; i++) await peer.WriteAsync(junk);
                await peer.ReadToEndAsync();
            }
            catch (IOException)
            {
                // Shown out in the middle of a write.
            }
        });
        Assert.Equal(0, await harness.OnShard(() => harness.Transports.Connections));
    }

    private static TransportHarness Start(Func<SipListenOptions, SipListenOptions>? change = null) =>
        new(o => { o = o with { UdpPort = -1, TcpPort = -1, TlsPort = 0 }; return change is null ? o : change(o); });
}
