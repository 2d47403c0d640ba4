using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tandem.Tests.Signalling;

/// <summary>A small DNS server on loopback that answers what a test gives it and counts what it is asked.</summary>
internal sealed class DnsServer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<(string Name, int Type), List<(int Ttl, byte[] Data)>> _records = [];
    private readonly List<string> _asked = [];
    private readonly Thread _thread;

    public DnsServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>True: questions are heard and not answered.</summary>
    public bool IsMute { get; set; }

    public int Asked(string name, string type)
    {
        lock (_records) return _asked.Count(question => question == $"{type} {name}");
    }

    public void A(string name, string address, int ttl = 300) => Add(name, 1, ttl, IPAddress.Parse(address).GetAddressBytes());

    public void Aaaa(string name, string address, int ttl = 300) => Add(name, 28, ttl, IPAddress.Parse(address).GetAddressBytes());

    public void Srv(string name, int priority, int weight, int port, string target, int ttl = 300) =>
        Add(name, 33, ttl, [.. Short(priority), .. Short(weight), .. Short(port), .. Name(target)]);

    public void Naptr(string name, int order, int preference, string service, string replacement, int ttl = 300) =>
        Add(name, 35, ttl, [.. Short(order), .. Short(preference), .. Text("s"), .. Text(service), .. Text(""), .. Name(replacement)]);

    public void Remove(string name)
    {
        lock (_records)
            foreach ((string, int) key in _records.Keys.Where(key => key.Name == name).ToList()) _records.Remove(key);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Add(string name, int type, int ttl, byte[] data)
    {
        lock (_records)
        {
            if (!_records.TryGetValue((name, type), out List<(int, byte[])>? list)) _records[(name, type)] = list = [];
            list.Add((ttl, data));
        }
    }

    private void Serve()
    {
        byte[] buffer = new byte[2048];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                int length = _socket.ReceiveFrom(buffer, ref from);
                if (Answer(buffer.AsSpan(0, length)) is { } answer && !IsMute) _socket.SendTo(answer, from);
            }
            catch (SocketException)
            {
                return;    // closed
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        if (query.Length < 17) return null;
        var name = new StringBuilder();
        int at = 12;
        for (; query[at] != 0; at += query[at] + 1)
        {
            if (name.Length > 0) name.Append('.');
            name.Append(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])).ToLowerInvariant());
        }
        int type = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]), end = at + 5;
        List<(int Ttl, byte[] Data)> found;
        bool exists;
        lock (_records)
        {
            _asked.Add($"{type switch { 1 => "A", 28 => "AAAA", 33 => "SRV", 35 => "NAPTR", _ => "?" }} {name}");
            found = [.. _records.GetValueOrDefault((name.ToString(), type), [])];
            exists = _records.Keys.Any(key => key.Name == name.ToString());
        }
        List<byte> answer = [.. query[..2], 0x84, (byte)(exists ? 0 : 3), 0, 1, .. Short(found.Count), 0, 0, 0, 0, .. query[12..end]];
        foreach ((int ttl, byte[] data) in found)
            answer.AddRange([0xc0, 12, .. Short(type), 0, 1, .. Short(ttl >> 16), .. Short(ttl & 0xffff), .. Short(data.Length), .. data]);
        return [.. answer];
    }

    private static byte[] Short(int value) => [(byte)((value >> 8) & 0xff), (byte)(value & 0xff)];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Name(string name) => [.. name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(Text), 0];
}
