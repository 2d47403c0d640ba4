using Microsoft.Extensions.Logging;
using Tandem.Media;

namespace Tandem.Dtls;

/// <summary>What all legs share for DTLS: our identity and the threads of handshakes.</summary>
internal sealed class DtlsEndpoint(DtlsIdentity identity, ILogger log) : IDisposable
{
    /// <inheritdoc cref="DtlsTerms.FirstResendMs"/>
    public int FirstResendMs { get; init; } = DtlsTerms.DefaultResendMs;

    /// <summary>How long a handshake may take.</summary>
    public TimeSpan HandshakeLimit { get; init; } = DtlsWorkers.Limit;

    public DtlsFingerprint Fingerprint => identity.Fingerprint;

    public DtlsCredentials Credentials { get; } = new(identity);

    public DtlsWorkers Workers { get; } = new(log);

    public void Dispose()
    {
        Workers.Dispose();
        Credentials.Dispose();
    }
}
