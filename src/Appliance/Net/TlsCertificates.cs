using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Tandem.Net;

/// <summary>The certificate that TLS listeners show, read again when its files change. Any thread.</summary>
/// <remarks>Connections keep what they were opened with; each new one gets <see cref="Current"/>. Files are compared by time and length every
/// few seconds: certificate tools swap symbolic links, which file notifications do not follow.</remarks>
public sealed partial class TlsCertificates : IDisposable
{
    private readonly SipListenOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private readonly Timer _poll;
    private volatile SslServerAuthenticationOptions? _current;
    private (DateTime, long, DateTime, long) _stamp;

    /// <param name="options">Which files, or where the self-signed pair lives and what it names.</param>
    /// <param name="logger">Told of a new certificate, and of one that cannot be used.</param>
    public TlsCertificates(SipListenOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _poll = new Timer(static self => ((TlsCertificates)self!).Refresh(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Without one of its own: the self-signed pair.</summary>
    public bool IsSelfSigned => _options.TlsCertificateFile is null;

    /// <summary>What the next connection is shown.</summary>
    /// <exception cref="IOException">At the first use: the files cannot be used; the message says which and why.</exception>
    public SslServerAuthenticationOptions Current => _current ?? Load();

    /// <summary>Reads the files again if they have changed; what cannot be used is logged, and the old certificate stays.</summary>
    /// <returns>True when another certificate is in force.</returns>
    public bool Refresh()
    {
        lock (_reading)
        {
            (DateTime, long, DateTime, long) stamp = Stamp();
            if (_current is null || stamp == _stamp) return false;
            _stamp = stamp;    // a broken file is complained of once
            try
            {
                _current = Show(TlsIdentity.Load(_options, DateTimeOffset.UtcNow, _logger));
            }
            catch (IOException e)
            {
                LogKept(_logger, e.Message);
                return false;
            }

            LogReloaded(_logger, _options.TlsCertificateFile ?? _options.CertificateFolder);
            return true;
        }
    }

    public void Dispose() => _poll.Dispose();

    private SslServerAuthenticationOptions Load()
    {
        lock (_reading)
        {
            if (_current is { } known) return known;
            SslServerAuthenticationOptions made = Show(TlsIdentity.Load(_options, DateTimeOffset.UtcNow, _logger));
            _stamp = Stamp();
            _poll.Change(_options.CertificatePoll, _options.CertificatePoll);
            return _current = made;
        }
    }

    private static SslServerAuthenticationOptions Show(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        AllowRenegotiation = false,
    };

    private (DateTime, long, DateTime, long) Stamp()
    {
        (string certificate, string key) = TlsIdentity.Files(_options);
        (DateTime certificateTime, long certificateBytes) = Stamp(certificate);
        (DateTime keyTime, long keyBytes) = Stamp(key);
        return (certificateTime, certificateBytes, keyTime, keyBytes);
    }

    private static (DateTime, long) Stamp(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The TLS certificate {Place} was read again; new connections get it")]
    private static partial void LogReloaded(ILogger logger, string place);

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed TLS certificate cannot be used, the old one stays: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
