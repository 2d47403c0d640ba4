using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Srtp;
using Tandem.Dtls;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Dtls;

/// <summary>Against the openssl program: both roles, ECDSA and RSA certificates, each profile; it shows the same keys.</summary>
public sealed partial class OpenSslTests : IDisposable
{
    private readonly DtlsEndpoint _ours = new(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
    private readonly string _folder = Directory.CreateTempSubdirectory("dtls-openssl-").FullName;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TaskCompletionSource<SrtpSettings> _keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DtlsAssociation? _association;
    private EndPoint? _peer;

    public OpenSslTests() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    [Theory]
    [InlineData("ec", "SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm)]
    [InlineData("ec", "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm)]
    [InlineData("rsa", "SRTP_AES128_CM_SHA1_80", SrtpProfile.AesCm128HmacSha1Tag80)]
    public async Task As_a_client_it_gets_the_same_keys(string certificate, string profiles, SrtpProfile agreed)
    {
        DtlsFingerprint theirs = await MakeCertificateAsync(certificate);
        Pump(DtlsRole.Server, theirs);
        using Process client = Start($"s_client -dtls1_2 -connect 127.0.0.1:{Port} -cert c.pem -key k.pem", profiles, agreed);
        await AssertSameKeysAsync(client, agreed, weAreServer: true);
    }

    [Theory]
    [InlineData("ec", "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", SrtpProfile.AeadAes128Gcm)]
    [InlineData("rsa", "SRTP_AES128_CM_SHA1_80", SrtpProfile.AesCm128HmacSha1Tag80)]
    public async Task As_a_server_it_gets_the_same_keys(string certificate, string profiles, SrtpProfile agreed)
    {
        DtlsFingerprint theirs = await MakeCertificateAsync(certificate);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        probe.Close();
        using Process server = Start($"s_server -dtls1_2 -accept 127.0.0.1:{port} -cert c.pem -key k.pem -Verify 1", profiles, agreed);
        _peer = new IPEndPoint(IPAddress.Loopback, port);
        Pump(DtlsRole.Client, theirs);
        await AssertSameKeysAsync(server, agreed, weAreServer: false);
    }

    [Fact]
    public async Task Its_close_notify_ends_the_association()
    {
        DtlsFingerprint theirs = await MakeCertificateAsync("ec");
        Pump(DtlsRole.Server, theirs);
        using Process client = Start($"s_client -dtls1_2 -connect 127.0.0.1:{Port} -cert c.pem -key k.pem", "SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm);
        await _keys.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await client.StandardInput.WriteLineAsync("Q".AsMemory(), Cancel);
        Assert.Equal("the DTLS peer closed the association", await _ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Theory]
    [InlineData("-dtls1", "it does not speak DTLS 1.2")]
    [InlineData("-dtls1_2", "it offers no SRTP profile")]
    public async Task What_cannot_be_agreed_on_is_refused_in_words(string options, string reason)
    {
        DtlsFingerprint theirs = await MakeCertificateAsync("ec");
        Pump(DtlsRole.Server, theirs);
        using Process client = Run($"s_client {options} -cipher DEFAULT:@SECLEVEL=0 -connect 127.0.0.1:{Port} -cert c.pem -key k.pem");
        Assert.Contains(reason, await _ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel), StringComparison.Ordinal);
        client.Kill();
    }

    public void Dispose()
    {
        _association?.Cancel();
        _socket.Dispose();
        _ours.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("Keying material: ([0-9A-F]+)")]
    private static partial Regex KeyingMaterial();

    private async Task AssertSameKeysAsync(Process openssl, SrtpProfile agreed, bool weAreServer)
    {
        Task first = await Task.WhenAny(_keys.Task, _ended.Task).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.True(ReferenceEquals(first, _keys.Task), _ended.Task.IsCompleted ? await _ended.Task : "");
        SrtpSettings ours = await _keys.Task;
        Assert.Equal(agreed, ours.Profile);
        ProfileParameters profile = Profiles.Find(agreed)!;
        byte[] client = weAreServer ? ours.ReceiveKey : ours.SendKey, server = weAreServer ? ours.SendKey : ours.ReceiveKey;
        byte[] material = [.. client[..profile.KeyLength], .. server[..profile.KeyLength], .. client[profile.KeyLength..], .. server[profile.KeyLength..]];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await openssl.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (KeyingMaterial().Match(line) is not { Success: true } match) continue;
            Assert.Equal(Convert.ToHexString(material), match.Groups[1].Value);
            openssl.Kill();
            return;
        }
        Assert.Fail("openssl showed no keys: " + await openssl.StandardError.ReadToEndAsync(patience.Token));
    }

    private async Task<DtlsFingerprint> MakeCertificateAsync(string kind)
    {
        string key = kind == "ec" ? "-newkey ec -pkeyopt ec_paramgen_curve:P-256" : "-newkey rsa:2048";
        using Process made = Run($"req -x509 {key} -nodes -keyout k.pem -out c.pem -days 1 -subj /CN=peer");
        await made.WaitForExitAsync(Cancel);
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(_folder, "c.pem"), Cancel));
        return new DtlsFingerprint("sha-256", certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256));
    }

    private Process Start(string command, string profiles, SrtpProfile agreed) =>
        Run($"{command} -use_srtp {profiles} -keymatexport EXTRACTOR-dtls_srtp -keymatexportlen {Profiles.Find(agreed)!.ExporterLength}");

    private Process Run(string arguments) => Process.Start(new ProcessStartInfo("openssl", arguments)
    {
        WorkingDirectory = _folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Carries datagrams between a socket and an association, as a media loop does.</summary>
    private void Pump(DtlsRole role, DtlsFingerprint theirs)
    {
        if (role == DtlsRole.Client) Open(role, theirs);
        new Thread(() =>
        {
            var buffer = new byte[2048];
            try
            {
                while (true)
                {
                    EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                    int length;
                    try
                    {
                        length = _socket.ReceiveFrom(buffer, ref from);
                    }
                    catch (SocketException) when (role == DtlsRole.Client && !_keys.Task.IsCompleted)
                    {
                        continue;    // the server has not opened its port yet: the ClientHello is repeated
                    }
                    if (_association is null)
                    {
                        _peer = from;
                        Open(role, theirs);
                    }
                    _association!.Put(buffer.AsSpan(0, length));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        })
        { IsBackground = true }.Start();
    }

    private void Open(DtlsRole role, DtlsFingerprint theirs)
    {
        var association = new DtlsAssociation(_ours, new DtlsSettings(role, [theirs]), NativeSocketAddress.From((IPEndPoint)_peer!), proven: false,
            (_, datagram) => _socket.SendTo(datagram, _peer!), (_, keys) => _keys.TrySetResult(keys), (_, reason) => _ended.TrySetResult(reason));
        _association = association;
        association.Start(MediaClock.Now);
    }
}
