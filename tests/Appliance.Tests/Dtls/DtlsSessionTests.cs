using System.Buffers.Binary;
using Org.BouncyCastle.Tls;
using Tandem.Dtls;
using Xunit;

namespace Appliance.Tests.Dtls;

/// <summary>What an association still knows when its handshake is done.</summary>
public sealed class DtlsSessionTests
{
    private const long FirstOfEpoch = 1L << 48;

    private static readonly byte[] s_lastFlight = [20, 1, 2, 3], s_finished = [20, 0, 0, 12, 0, 5, 0, 0, 0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly List<byte[]> _sent = [];
    private readonly InlineHandshake _handshake = new();
    private readonly DtlsSession _session;

    public DtlsSessionTests()
    {
        _handshake.Run();
        _session = new DtlsSession(_handshake.Server.Records!, s_lastFlight);
    }

    [Fact]
    public void A_Finished_that_comes_again_is_answered_with_the_last_flight()
    {
        Assert.Null(Take(FromPeer(ContentType.handshake, 5, s_finished)));
        Assert.Equal(s_lastFlight, Assert.Single(_sent));
        Assert.NotSame(s_lastFlight, _sent[0]);    // who sends a datagram owns it
    }

    [Fact]
    public void What_came_before_does_nothing()
    {
        byte[] repeated = FromPeer(ContentType.handshake, 5, s_finished);
        Take(repeated);
        Take(repeated);
        Take(FromPeer(ContentType.handshake, 4, s_finished));
        Assert.Single(_sent);
    }

    [Fact]
    public void A_close_notify_ends_it_and_is_answered()
    {
        Assert.Contains("closed", Take(FromPeer(ContentType.alert, 6, [1, 0])), StringComparison.Ordinal);
        byte[] answer = Assert.Single(_sent);
        Assert.Equal([21, 0xFE, 0xFD, 0, 1], answer[..5]);
        byte[] plain = new byte[2];
        Assert.True(_handshake.Client.Records!.TryDecode(BinaryPrimitives.ReadInt64BigEndian(answer.AsSpan(3)), 21, ProtocolVersion.DTLSv12, answer.AsSpan(13), plain));
        Assert.Equal([1, 0], plain);
    }

    [Fact]
    public void A_fatal_alert_ends_it_with_its_name_and_a_warning_does_not()
    {
        Assert.Null(Take(FromPeer(ContentType.alert, 6, [1, 90])));
        Assert.Contains("internal_error", Take(FromPeer(ContentType.alert, 7, [2, 80])), StringComparison.Ordinal);
        Assert.Empty(_sent);
    }

    [Fact]
    public void A_renegotiation_and_data_are_passed_over()
    {
        Assert.Null(Take(FromPeer(ContentType.handshake, 6, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
        Assert.Null(Take(FromPeer(ContentType.application_data, 7, [1, 2, 3])));
        Assert.Empty(_sent);
    }

    [Fact]
    public void Whatever_a_stranger_sends_does_nothing()
    {
        byte[] closing = FromPeer(ContentType.alert, 6, [2, 0]);
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] forged = [.. closing, .. closing.AsSpan(0, random.Next(closing.Length))];
            for (int changes = random.Next(1, 4); changes > 0; changes--) forged[random.Next(closing.Length)] ^= (byte)random.Next(1, 256);
            if (random.Next(4) == 0) forged = forged[..random.Next(forged.Length)];
            if (!forged.AsSpan().StartsWith(closing)) Assert.Null(Take(forged));
        }
        Assert.Empty(_sent);
        Assert.NotNull(Take(closing));    // none of it took the place of the true one
    }

    private string? Take(byte[] datagram) => _session.Take(datagram, _sent.Add);

    private byte[] FromPeer(short type, long number, byte[] plain)
    {
        byte[] record = _handshake.Client.Records!.EncodePlaintext(FirstOfEpoch + number, type, ProtocolVersion.DTLSv12, 13, plain).buf;
        (record[0], record[1], record[2]) = ((byte)type, 0xFE, 0xFD);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(3), FirstOfEpoch + number);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)(record.Length - 13));
        return record;
    }
}
