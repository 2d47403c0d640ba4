using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Tests.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Net;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>Certificates that change while connections are open.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_changed_certificate_is_shown_to_new_connections_and_the_open_ones_stay()
    {
        Make("first.example");
        using var certificates = new TlsCertificates(Options, NullLogger.Instance);
        await using WebRig rig = await WebRig.StartAsync(certificates: certificates);
        Assert.Equal("CN=first.example", await ShownAsync(rig));
        using WsPeer before = await rig.ConnectAsync(secure: true);
        Make("second.example");
        Assert.True(certificates.Refresh());
        Assert.Equal("CN=second.example", await ShownAsync(rig));
        await before.SendAsync(TransportHarness.Request("still"));
        Assert.Contains("still", (await rig.Sip.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_found_without_being_asked_for()
    {
        Make("first.example");
        using var certificates = new TlsCertificates(Options with { CertificatePoll = TimeSpan.FromMilliseconds(20) }, NullLogger.Instance);
        SslServerAuthenticationOptions first = certificates.Current;
        Make("second.example");
        for (DateTime until = DateTime.UtcNow + WsPeer.Limit; ReferenceEquals(certificates.Current, first) && DateTime.UtcNow < until;) await Task.Yield();
        Assert.Equal("CN=second.example", certificates.Current.ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Fact]
    public void A_changed_file_that_cannot_be_used_leaves_the_old_certificate_in_force()
    {
        Make("first.example");
        using var certificates = new TlsCertificates(Options, NullLogger.Instance);
        Assert.Equal("CN=first.example", certificates.Current.ServerCertificateContext!.TargetCertificate.Subject);
        Assert.False(certificates.Refresh());
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), "half written");
        Assert.False(certificates.Refresh());
        Assert.Equal("CN=first.example", certificates.Current.ServerCertificateContext!.TargetCertificate.Subject);
        Make("third.example");
        Assert.True(certificates.Refresh());
    }

    private SipListenOptions Options => new() { TlsCertificateFile = Path.Combine(_folder, "cert.pem"), TlsKeyFile = Path.Combine(_folder, "key.pem") };

    private void Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), made.ExportCertificatePem());
    }

    private static async Task<string> ShownAsync(WebRig rig)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(rig.EndPoint(secure: true), TestContext.Current.CancellationToken);
#pragma warning disable CA5359 // which certificate is shown is the question
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(WsPeer.Limit, TestContext.Current.CancellationToken);
        return tls.RemoteCertificate!.Subject;
    }
}
