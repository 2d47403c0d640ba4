using System.Net;

namespace Tandem.Configuration;

/// <summary>UDP ports for RTP and RTCP, first and last included; with a network: only on local addresses inside it.</summary>
public sealed record MediaPortRange(int First, int Last, IPNetwork? Network)
{
    public int Count => Last - First + 1;

    /// <summary>True where a leg bound to <paramref name="local"/> may use these ports.</summary>
    public bool Serves(IPAddress local) => Network is not { } network || network.Contains(local);

    /// <summary>Reads <c>16384-32767</c> or <c>10.0.0.0/8 16384-32767</c>.</summary>
    public static bool TryParse(string text, out MediaPortRange range)
    {
        range = new MediaPortRange(0, 0, null);
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2) return false;
        IPNetwork? network = null;
        if (words.Length == 2)
        {
            if (!IPNetwork.TryParse(words[0], out IPNetwork parsed)) return false;
            network = parsed;
        }
        string[] ends = words[^1].Split('-');
        if (ends.Length != 2 || !ushort.TryParse(ends[0], out ushort first) || !ushort.TryParse(ends[1], out ushort last)) return false;
        range = new MediaPortRange(first, last, network);
        return first >= 1024 && last > first;
    }

    public override string ToString() => Network is { } network ? $"{network} {First}-{Last}" : $"{First}-{Last}";
}
