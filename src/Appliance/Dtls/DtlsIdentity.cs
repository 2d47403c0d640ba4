using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Tandem.Media;

namespace Tandem.Dtls;

/// <summary>The self-signed certificate (ECDSA on P-256) and its key that we show in DTLS handshakes; peers know it by its fingerprint in SDP.</summary>
/// <remarks>Immutable. Kept over restarts, so that a peer that remembers a fingerprint still finds it.</remarks>
internal sealed partial class DtlsIdentity
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Renewed at a start, as no call is up then that signalled the old one. No process runs for the years that are left at that time.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(3650), s_renewBefore = TimeSpan.FromDays(730);

    private DtlsIdentity(byte[] certificate, byte[] privateKey, DateTimeOffset expires)
    {
        (Certificate, PrivateKey, Expires) = (certificate, privateKey, expires);
        Fingerprint = new DtlsFingerprint("sha-256", SHA256.HashData(certificate));
    }

    public DtlsFingerprint Fingerprint { get; }

    /// <summary>X.509, DER.</summary>
    public byte[] Certificate { get; }

    /// <summary>PKCS #8, DER.</summary>
    public byte[] PrivateKey { get; }

    public DateTimeOffset Expires { get; }

    public static DtlsIdentity Make(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The name says nothing: strangers see it.
        var request = new CertificateRequest("CN=WebRTC", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + s_lifetime);
        return new DtlsIdentity(certificate.RawData, key.ExportPkcs8PrivateKey(), certificate.NotAfter.ToUniversalTime());
    }

    /// <summary>The one kept in the data folder; made at first start, and anew where it expires soon or cannot be read.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static DtlsIdentity Load(string dataFolder, DateTimeOffset now, ILogger log)
    {
        string file = Path.Combine(dataFolder, "tls", "dtls.pem");
        if (File.Exists(file))
        {
            try
            {
                DtlsIdentity kept = Parse(File.ReadAllText(file));
                if (kept.Expires > now + s_renewBefore) return kept;
                LogReplaced(log, file, "it expires soon");
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                LogReplaced(log, file, e.Message);
            }
        }
        DtlsIdentity made = Make(now);
        try
        {
            made.Write(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"the DTLS certificate cannot be written to {file}: {e.Message}", e);
        }
        LogMade(log, file);
        return made;
    }

    private static DtlsIdentity Parse(string pem)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);    // it also checks that the two belong together
        using ECDsa key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("it has no ECDSA key");
        if (key.KeySize != 256) throw new CryptographicException("its key is not on P-256");
        return new DtlsIdentity(certificate.RawData, key.ExportPkcs8PrivateKey(), certificate.NotAfter.ToUniversalTime());
    }

    /// <summary>Both in one file: a start that dies in between leaves no pair that does not fit.</summary>
    private void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string draft = file + ".new";
        File.Delete(draft);
        using (var writer = new StreamWriter(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            writer.WriteLine(PemEncoding.WriteString("CERTIFICATE", Certificate));
            writer.WriteLine(PemEncoding.WriteString("PRIVATE KEY", PrivateKey));
        }
        File.Move(draft, file, overwrite: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a certificate for DTLS: {File}")]
    private static partial void LogMade(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The DTLS certificate {File} is being replaced: {Reason}")]
    private static partial void LogReplaced(ILogger log, string file, string reason);
}
