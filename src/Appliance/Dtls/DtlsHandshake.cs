using Org.BouncyCastle.Tls;
using Tandem.Media;

namespace Tandem.Dtls;

/// <summary>One handshake from end to end: blocks its thread while it waits for the peer.</summary>
internal static class DtlsHandshake
{
    /// <summary>The longest datagram that we take: what Ethernet carries. BouncyCastle makes two buffers of it for each message.</summary>
    public const int MaxRecord = 1500;

    /// <summary>Agrees on keys with the peer: they are in <paramref name="terms"/> afterwards. A last flight may still be with the transport.</summary>
    /// <param name="role">Ours.</param>
    /// <param name="credentials">Ours.</param>
    /// <param name="terms">For this handshake alone.</param>
    /// <param name="transport">To the peer; it throws to end the handshake.</param>
    /// <param name="unprovenAddress">Where the peer says it is, where nothing proved it: a client has to repeat a cookie first (RFC 6347 §4.2.1).
    /// Null: proved by ICE.</param>
    /// <param name="onClosed">The peer ended the association: close_notify.</param>
    /// <exception cref="IOException">There are no keys; <see cref="Explain"/> puts it into words.</exception>
    public static void Run(
        DtlsRole role, DtlsCredentials credentials, DtlsTerms terms, DatagramTransport transport, byte[]? unprovenAddress, Action onClosed)
    {
        if (role == DtlsRole.Client)
        {
            new DtlsClientProtocol().Connect(new SrtpTlsClient(credentials, terms, onClosed), transport);
            return;
        }
        DtlsRequest? request = unprovenAddress is null ? null : ExchangeCookie(transport, unprovenAddress);
        new DtlsServerProtocol().Accept(new SrtpTlsServer(credentials, terms, onClosed), new ClientFlightGate(transport), request);
    }

    /// <summary>Why a handshake failed, in words for the log.</summary>
    public static string Explain(Exception failure, DtlsTerms terms) => failure switch
    {
        _ when terms.Objection is { } objection => $"the DTLS peer was refused: {objection}",
        TlsFatalAlertReceived alert => $"the DTLS peer refused: {AlertDescription.GetName(alert.AlertDescription)}",
        TlsFatalAlert { AlertDescription: AlertDescription.protocol_version } => "the DTLS peer was refused: it does not speak DTLS 1.2",
        TlsFatalAlert alert => $"the DTLS peer was refused: {AlertDescription.GetName(alert.AlertDescription)}",
        _ => $"the DTLS handshake ended: {failure.Message.TrimEnd('.')}",
    };

    private static DtlsRequest ExchangeCookie(DatagramTransport transport, byte[] address)
    {
        var verifier = new DtlsVerifier(DtlsCrypto.Shared);    // with a secret of its own
        var hello = new ClientHelloAssembly();
        Span<byte> datagram = stackalloc byte[MaxRecord];
        while (true)
        {
            int length = transport.Receive(datagram, waitMillis: 1000);
            if (length <= 0 || hello.Add(datagram[..length]) is not { } record) continue;
            if (verifier.VerifyRequest(address, record, 0, record.Length, transport) is { } request) return request;
        }
    }
}
