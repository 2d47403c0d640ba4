using Org.BouncyCastle.Tls;

namespace Tandem.Dtls;

/// <summary>The active side of a handshake (RFC 5763 §5): certificates of both ends, SRTP agreed on.</summary>
internal sealed class SrtpTlsClient(DtlsCredentials credentials, DtlsTerms terms, Action onClosed) : AbstractTlsClient(new DtlsCrypto(terms)), TlsAuthentication
{
    public override int GetHandshakeResendTimeMillis() => terms.FirstResendMs;

    public override bool ShouldCheckSigAlgOfPeerCerts() => false;    // the fingerprint vouches for it

    public override TlsAuthentication GetAuthentication() => this;

    public void NotifyServerCertificate(TlsServerCertificate serverCertificate) => terms.Verify(serverCertificate.Certificate);

    public TlsCredentials GetClientCredentials(CertificateRequest certificateRequest) => credentials.For(m_context);

    public override IDictionary<int, byte[]> GetClientExtensions()
    {
        IDictionary<int, byte[]> extensions = base.GetClientExtensions();
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, DtlsTerms.Offer);
        return extensions;
    }

    public override void ProcessServerExtensions(IDictionary<int, byte[]> serverExtensions)
    {
        base.ProcessServerExtensions(serverExtensions);
        terms.Accept(serverExtensions is null ? null : TlsSrtpUtilities.GetUseSrtpExtension(serverExtensions));
    }

    /// <summary>There is no renegotiation to be secured: it is refused.</summary>
    public override void NotifySecureRenegotiation(bool secureRenegotiation)
    {
    }

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        terms.Export(m_context);
    }

    public override void NotifyAlertReceived(short alertLevel, short alertDescription)
    {
        if (alertDescription == AlertDescription.close_notify) onClosed();
    }

    protected override ProtocolVersion[] GetSupportedVersions() => DtlsTerms.Versions;

    protected override int[] GetSupportedCipherSuites() => DtlsTerms.ClientCipherSuites;

    protected override IList<int> GetSupportedGroups(IList<int> namedGroupRoles) => DtlsCrypto.Groups;

    protected override IList<SignatureAndHashAlgorithm> GetSupportedSignatureAlgorithms() => DtlsTerms.SignatureAlgorithms;

    protected override CertificateStatusRequest? GetCertificateStatusRequest() => null;
}
