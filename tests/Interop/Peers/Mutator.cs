using System.Text;

namespace Interop.Peers;

/// <summary>Spoils messages in the ways that parsers fear; the same seed gives the same messages.</summary>
public sealed class Mutator(int seed, IReadOnlyList<byte[]> vectors)
{
    private const int LargestDatagram = 65_000;

    private static readonly byte[][] Tokens = [.. ((string[])[
        "\r\n", "\r\n\r\n", "\n", "\r", "\0", ":", ";", ",", "<", ">", "\"", "\\", "%", "%00", "@", "=", " ", "\t", "\r\n ", "[", "]", "::1", "sip:", "SIP/2.0",
        "4294967296", "-1", "99999999999999999999", "Content-Length: 4294967295\r\n", "Content-Length: -1\r\n", "Via: ", "Call-ID: a\r\n", "CSeq: 1 INVITE\r\n",
        "To: <sip:1001@127.0.0.1>\r\n", "Max-Forwards: 0\r\n", "Require: 100rel\r\n", "Authorization: Digest ", "\u00e9\u4e00", "m=audio 0 RTP/AVP 0\r\n"])
        .Select(Encoding.UTF8.GetBytes)];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        int kind = _random.Next(100);
        if (kind < 4) return Noise(_random.Next(1, 1500));
        if (kind == 4) return Oversized();
        List<byte> bytes = [.. Any()];
        for (int n = _random.Next(1, 5); n > 0; n--) Spoil(bytes);
        return bytes.Count > LargestDatagram ? [.. bytes.Take(LargestDatagram)] : [.. bytes];
    }

    /// <summary>Something that starts like RTP or RTCP of version 2, or like nothing at all.</summary>
    public byte[] NextMedia()
    {
        byte[] bytes = Noise(_random.Next(1, 400));
        switch (_random.Next(4))
        {
            case 0 when bytes.Length > 1: (bytes[0], bytes[1]) = (0x80, (byte)(_random.Next(2) == 0 ? 0 : 101)); break;
            case 1 when bytes.Length > 1: (bytes[0], bytes[1]) = ((byte)(0x80 | _random.Next(32)), (byte)_random.Next(192, 224)); break;
            case 2: bytes[0] |= 0x80; break;
            default: break;
        }
        return bytes;
    }

    private byte[] Any() => vectors[_random.Next(vectors.Count)];

    private byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A header, or a body, far larger than anybody needs.</summary>
    private byte[] Oversized()
    {
        byte[] vector = Any();
        int at = Math.Max(0, vector.AsSpan().IndexOf("\r\n"u8)) + 2;
        byte[] filler = new byte[_random.Next(4_000, 60_000)];
        Array.Fill(filler, (byte)"a;,:<"[_random.Next(5)]);
        return [.. vector.Take(at), .. "X-Long: "u8, .. filler, .. "\r\n"u8, .. vector.Skip(at)];
    }

    private void Spoil(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1), length = Math.Min(bytes.Count - at, _random.Next(1, 60));
        switch (_random.Next(7))
        {
            case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1 when at < bytes.Count: bytes[at] = (byte)_random.Next(256); break;
            case 2: bytes.RemoveRange(at, bytes.Count - at); break;
            case 3: bytes.RemoveRange(at, length); break;
            case 4: bytes.InsertRange(at, Enumerable.Repeat(bytes.GetRange(at, length), _random.Next(1, 40)).SelectMany(b => b).ToArray()); break;
            case 5:
                byte[] other = Any();
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.Skip(_random.Next(other.Length)));
                break;
            default: bytes.InsertRange(at, Tokens[_random.Next(Tokens.Length)]); break;
        }
        if (bytes.Count == 0) bytes.Add((byte)_random.Next(256));
    }
}
