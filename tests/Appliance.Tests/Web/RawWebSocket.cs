using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tandem.Tests.Web;

/// <summary>A WebSocket peer that does what it likes: frames as bytes, pings answered or not.</summary>
internal sealed class RawWebSocket : IDisposable
{
    public const int Text = 1, Binary = 2, CloseFrame = 8, Ping = 9, Pong = 10;

    private readonly TcpClient _tcp = new();
    private NetworkStream? _stream;

    public static async Task<RawWebSocket> ConnectAsync(IPEndPoint server)
    {
        var peer = new RawWebSocket();
        await peer._tcp.ConnectAsync(server);
        peer._stream = peer._tcp.GetStream();
        await peer.WriteAsync(Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n"));
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await peer._stream.ReadExactlyAsync(one).AsTask().WaitAsync(WsPeer.Limit);
            head.Append((char)one[0]);
        }

        return head.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) ? peer : throw new IOException(head.ToString());
    }

    public Task WriteAsync(byte[] bytes) => _stream!.WriteAsync(bytes).AsTask().WaitAsync(WsPeer.Limit);

    /// <param name="length">What the header says; null: the truth.</param>
    public Task SendAsync(int opcode, byte[] payload, bool final = true, bool masked = true, ulong? length = null)
    {
        byte first = (byte)((final ? 0x80 : 0) | opcode), mask = (byte)(masked ? 0x80 : 0);
        ulong says = length ?? (ulong)payload.Length;
        byte[] size = says < 126 ? [(byte)(mask | (int)says)]
            : says <= 65535 ? [(byte)(mask | 126), (byte)(says >> 8), (byte)says]
            : [(byte)(mask | 127), .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(says))];
        return WriteAsync([first, .. size, .. masked ? (byte[])[0, 0, 0, 0] : [], .. payload]);    // a mask of zeros changes nothing
    }

    /// <summary>The next frame; null: the connection has ended.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReadAsync()
    {
        try
        {
            byte[] head = new byte[2];
            await ReadExactlyAsync(head);
            int length = head[1] & 0x7f;
            if (length >= 126)
            {
                byte[] size = new byte[length == 126 ? 2 : 8];
                await ReadExactlyAsync(size);
                length = size.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(size) : (int)BinaryPrimitives.ReadUInt64BigEndian(size);
            }

            byte[] payload = new byte[length];
            await ReadExactlyAsync(payload);
            return (head[0] & 0x0f, payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until the connection ends; pings stay unanswered.</summary>
    /// <returns>The code of the Close frame; 0: there was none.</returns>
    public async Task<int> UntilEndAsync()
    {
        int code = 0;
        while (await ReadAsync() is { } frame)
            if (frame is { Opcode: CloseFrame, Payload.Length: >= 2 }) code = BinaryPrimitives.ReadUInt16BigEndian(frame.Payload);
        return code;
    }

    public void Dispose() => _tcp.Dispose();

    private Task ReadExactlyAsync(byte[] buffer) => _stream!.ReadExactlyAsync(buffer).AsTask().WaitAsync(WsPeer.Limit);
}
