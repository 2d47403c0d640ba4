using Org.BouncyCastle.Tls;

namespace Tandem.Dtls;

/// <summary>The passive side of a handshake (RFC 5763 §5): certificates of both ends, SRTP agreed on.</summary>
internal sealed class SrtpTlsServer(DtlsCredentials credentials, DtlsTerms terms, Action onClosed) : AbstractTlsServer(new DtlsCrypto(terms))
{
    private UseSrtpData? _srtp;

    public override int GetHandshakeResendTimeMillis() => terms.FirstResendMs;

    public override bool ShouldCheckSigAlgOfPeerCerts() => false;    // the fingerprint vouches for it

    public override bool PreferLocalSupportedGroups() => true;

    public override TlsCredentials GetCredentials() => credentials.For(m_context);

    public override CertificateRequest GetCertificateRequest() =>
        new([ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign], DtlsTerms.SignatureAlgorithms, null);

    public override void NotifyClientVersion(ProtocolVersion clientVersion)
    {
        if (!ProtocolVersion.DTLSv12.IsEqualOrEarlierVersionOf(clientVersion)) throw new TlsFatalAlert(AlertDescription.protocol_version);
    }

    public override void ProcessClientExtensions(IDictionary<int, byte[]> clientExtensions)
    {
        base.ProcessClientExtensions(clientExtensions);
        _srtp = terms.Choose(TlsSrtpUtilities.GetUseSrtpExtension(clientExtensions));
    }

    public override IDictionary<int, byte[]> GetServerExtensions()
    {
        _srtp ??= terms.Choose(null);    // a client without extensions
        IDictionary<int, byte[]> extensions = base.GetServerExtensions();
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, _srtp);
        return extensions;
    }

    public override void NotifyClientCertificate(Certificate clientCertificate) => terms.Verify(clientCertificate);

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

    protected override int[] GetSupportedCipherSuites() => DtlsTerms.CipherSuites;

    protected override bool PreferLocalCipherSuites() => true;

    protected override bool AllowCertificateStatus() => false;

    protected override int SelectECDH(int minimumCurveBits)
    {
        int[]? theirs = m_context.SecurityParameters.ClientSupportedGroups;
        return Array.Find(DtlsCrypto.Groups, group => NamedGroup.GetCurveBits(group) >= minimumCurveBits && (theirs is null || theirs.Contains(group))) is > 0 and var chosen
            ? chosen
            : throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }
}
