using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Tandem.Net;

/// <summary>The certificate and key that our TLS listeners show: given files, or a self-signed pair made at first start.</summary>
internal static partial class TlsIdentity
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(3650), s_renewBefore = TimeSpan.FromDays(30);

    /// <exception cref="IOException">The given files cannot be used; the message says which and why.</exception>
    public static SslStreamCertificateContext Load(SipListenOptions options, DateTimeOffset now, ILogger logger)
    {
        if (options.TlsCertificateFile is { } file) return FromFiles(file, options.TlsKeyFile);
        (string certificate, string key) = Files(options);
        if (File.Exists(certificate) && File.Exists(key))
        {
            try
            {
                SslStreamCertificateContext kept = FromFiles(certificate, key);
                if (kept.TargetCertificate.NotAfter.ToUniversalTime() > (now + s_renewBefore).UtcDateTime) return kept;
                LogReplaced(logger, certificate, "it expires soon");
            }
            catch (IOException e)
            {
                LogReplaced(logger, certificate, e.Message);
            }
        }

        Directory.CreateDirectory(options.CertificateFolder);
        Make(options, now, certificate, key);
        LogMade(logger, certificate);
        return FromFiles(certificate, key);
    }

    /// <summary>Where certificate and key are; one file may hold both.</summary>
    public static (string Certificate, string Key) Files(SipListenOptions options) => options.TlsCertificateFile is { } file
        ? (file, options.TlsKeyFile ?? file)
        : (Path.Combine(options.CertificateFolder, "sip.crt"), Path.Combine(options.CertificateFolder, "sip.key"));

    private static SslStreamCertificateContext FromFiles(string certificate, string? key)
    {
        try
        {
            X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(certificate, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"the TLS certificate {certificate}{(key is null ? "" : $" with the key {key}")} cannot be used: {e.Message}", e);
        }
    }

    private static void Make(SipListenOptions options, DateTimeOffset now, string certificateFile, string keyFile)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string host = Environment.MachineName;
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in new SortedSet<string>(StringComparer.OrdinalIgnoreCase) { host, Dns.GetHostName(), "localhost" }) names.AddDnsName(name);
        foreach (IPAddress address in OwnAddresses(options)) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));    // server and client
        using X509Certificate2 certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + s_lifetime);

        // The key first: a start that dies in between finds no certificate and makes both again.
        Write(keyFile, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);
        Write(certificateFile, certificate.ExportCertificatePem(), OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static HashSet<IPAddress> OwnAddresses(SipListenOptions options)
    {
        HashSet<IPAddress> addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback, .. options.ExternalAddresses];
        foreach (IPAddress address in options.Addresses)
        {
            if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) addresses.Add(address);
        }

        foreach (NetworkInterface network in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation own in network.GetIPProperties().UnicastAddresses)
            {
                if (!own.Address.IsIPv6LinkLocal) addresses.Add(own.Address);
            }
        }

        return addresses;
    }

    private static void Write(string file, string text, UnixFileMode mode)
    {
        string draft = file + ".new";
        File.Delete(draft);
        using (var writer = new StreamWriter(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        }))
        {
            writer.Write(text);
            writer.Write('\n');
        }

        File.Move(draft, file, overwrite: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a self-signed certificate for SIP over TLS and HTTPS: {File}")]
    private static partial void LogMade(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate {File} is being replaced: {Reason}")]
    private static partial void LogReplaced(ILogger logger, string file, string reason);
}
