using System.Buffers.Binary;
using Org.BouncyCastle.Tls;
using Tandem.Dtls;
using Xunit;

namespace Appliance.Tests.Dtls;

public sealed class ClientFlightGateTests
{
    private const int Certificate = 11, ClientKeyExchange = 16, CertificateVerify = 15;

    private static readonly byte[] s_changeCipherSpec = [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1];

    [Fact]
    public void A_flight_in_one_datagram_comes_as_one_record_of_messages_and_what_follows()
    {
        byte[] finished = Record(epoch: 1, number: 0, [.. new byte[40]]);
        byte[] received = Pass(
        [
            .. Record(0, 6, Message(Certificate, 1, 300)), .. Record(0, 7, Message(ClientKeyExchange, 2, 66)), .. Record(0, 8, Message(CertificateVerify, 3, 74)),
            .. s_changeCipherSpec, .. finished,
        ]);
        byte[] joined = Record(0, 6, [.. Message(Certificate, 1, 300), .. Message(ClientKeyExchange, 2, 66), .. Message(CertificateVerify, 3, 74)]);
        Assert.Equal([.. joined, .. s_changeCipherSpec, .. finished], received);
    }

    [Fact]
    public void Records_of_another_kind_or_version_or_cut_short_are_left_alone()
    {
        byte[] hello = Record(0, 1, Message(1, 0, 50)), alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 1, 0];
        byte[] older = Record(0, 3, Message(1, 0, 50));
        older[2] = 0xFF;
        byte[] broken = Record(0, 4, [.. Message(1, 0, 50), 1, 2, 3]), cut = Record(0, 5, Message(1, 0, 50))[..^4];
        byte[] datagram = [.. hello, .. alert, .. older, .. hello, .. broken, .. cut];
        Assert.Equal(datagram, Pass(datagram));
    }

    private static byte[] Pass(byte[] datagram)
    {
        var buffer = new byte[DtlsHandshake.MaxRecord];
        int length = new ClientFlightGate(new OneDatagram(datagram)).Receive(buffer, 0, buffer.Length, 1);
        return buffer[..length];
    }

    private static byte[] Message(int type, int sequence, int length)
    {
        var message = new byte[12 + length];
        message.AsSpan(12).Fill((byte)type);
        message[0] = (byte)type;
        message[5] = (byte)sequence;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)length);
        return message;
    }

    private static byte[] Record(int epoch, int number, byte[] body) =>
        [22, 0xFE, 0xFD, 0, (byte)epoch, 0, 0, 0, 0, 0, (byte)number, (byte)(body.Length >> 8), (byte)(body.Length & 0xFF), .. body];

    private sealed class OneDatagram(byte[] datagram) : DatagramTransport
    {
        public int GetReceiveLimit() => DtlsHandshake.MaxRecord;

        public int GetSendLimit() => DtlsHandshake.MaxRecord;

        public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

        public int Receive(Span<byte> buffer, int waitMillis)
        {
            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public void Send(byte[] buf, int off, int len) => throw new NotSupportedException();

        public void Send(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        public void Close() => throw new NotSupportedException();
    }
}
