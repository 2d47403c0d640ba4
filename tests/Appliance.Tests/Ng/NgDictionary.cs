using System.Text;

namespace Appliance.Tests.Ng;

/// <summary>Writes requests and reads replies for tests: strings, longs, lists and dictionaries.</summary>
internal static class NgDictionary
{
    public static byte[] Bencode(object value)
    {
        var bytes = new List<byte>();
        Write(value, bytes);
        return [.. bytes];
    }

    /// <summary>Reads bencode by other code than the product's.</summary>
    public static object Read(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        object value = Read(bytes, ref at);
        return at == bytes.Length ? value : throw new FormatException($"{bytes.Length - at} bytes are left over");
    }

    private static object Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        char kind = (char)bytes[at];
        if (kind == 'i')
        {
            int end = at + bytes[at..].IndexOf((byte)'e');
            long number = long.Parse(bytes[(at + 1)..end], System.Globalization.CultureInfo.InvariantCulture);
            at = end + 1;
            return number;
        }
        if (kind is 'l' or 'd')
        {
            List<object> items = [];
            for (at++; bytes[at] != 'e';) items.Add(Read(bytes, ref at));
            at++;
            return kind == 'l' ? items : items.Chunk(2).ToDictionary(pair => (string)pair[0], pair => pair[1]);
        }
        int colon = at + bytes[at..].IndexOf((byte)':');
        int length = int.Parse(bytes[at..colon], System.Globalization.CultureInfo.InvariantCulture);
        at = colon + 1 + length;
        return Encoding.UTF8.GetString(bytes.Slice(colon + 1, length));
    }

    private static void Write(object value, List<byte> bytes)
    {
        switch (value)
        {
            case string text:
                byte[] octets = Encoding.UTF8.GetBytes(text);
                bytes.AddRange(Encoding.ASCII.GetBytes($"{octets.Length}:"));
                bytes.AddRange(octets);
                break;
            case int or long:
                bytes.AddRange(Encoding.ASCII.GetBytes($"i{value}e"));
                break;
            case Dictionary<string, object> dictionary:
                bytes.Add((byte)'d');
                foreach ((string key, object item) in dictionary)
                {
                    Write(key, bytes);
                    Write(item, bytes);
                }
                bytes.Add((byte)'e');
                break;
            case IEnumerable<string> list:
                bytes.Add((byte)'l');
                foreach (string item in list) Write(item, bytes);
                bytes.Add((byte)'e');
                break;
            default: throw new ArgumentException($"{value.GetType()} has no form in bencode");
        }
    }
}
