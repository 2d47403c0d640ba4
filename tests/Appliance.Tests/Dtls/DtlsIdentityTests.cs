using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Dtls;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Dtls;

public sealed class DtlsIdentityTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("dtls-identity-").FullName;

    private string PemFile => Path.Combine(_folder, "tls", "dtls.pem");

    [Fact]
    public void It_is_made_once_and_kept_for_its_owner_alone()
    {
        DtlsIdentity first = Load(s_now), second = Load(s_now + TimeSpan.FromDays(400));
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal(first.PrivateKey, second.PrivateKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PemFile));
    }

    [Fact]
    public void It_is_renewed_before_it_expires()
    {
        DtlsIdentity first = Load(s_now), second = Load(first.Expires - TimeSpan.FromDays(700));
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.True(second.Expires > first.Expires);
    }

    [Fact]
    public void One_that_cannot_be_read_is_replaced()
    {
        DtlsIdentity first = Load(s_now);
        File.WriteAllText(PemFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.NotEqual(first.Fingerprint, Load(s_now).Fingerprint);
    }

    [Fact]
    public void The_certificate_is_P256_and_its_SHA256_is_the_fingerprint()
    {
        var identity = DtlsIdentity.Make(s_now);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(identity.Certificate);
        using ECDsa? key = certificate.GetECDsaPublicKey();
        Assert.Equal("1.2.840.10045.3.1.7", key!.ExportParameters(false).Curve.Oid.Value);
        Assert.Equal(new DtlsFingerprint("SHA-256", certificate.GetCertHash(HashAlgorithmName.SHA256)), identity.Fingerprint);
        Assert.Matches("^([0-9A-F]{2}:){31}[0-9A-F]{2}$", identity.Fingerprint.Hex);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private DtlsIdentity Load(DateTimeOffset now) => DtlsIdentity.Load(_folder, now, NullLogger.Instance);
}
