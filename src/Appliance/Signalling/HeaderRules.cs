using System.Text;
using Sip.Core.Messages;

namespace Tandem.Signalling;

/// <summary>On which side of the appliance a party stands.</summary>
internal enum Side
{
    /// <summary>Users and trusted networks.</summary>
    Inside,

    /// <summary>Carriers.</summary>
    Outside,
}

/// <summary>
/// Which header lines of a caller's INVITE go on into the INVITE of the other leg. Nothing does but what is named here: a field that a stranger
/// wrote is never one that we or a phone might take for ours. <c>X-</c> fields stay among those inside.
/// </summary>
internal static class HeaderRules
{
    private const int MaxLines = 16, MaxValueBytes = 1024;

    private static readonly string[] s_everywhere = ["Subject", "User-to-User"], s_inside = ["Alert-Info", "Priority"];

    /// <returns>Whole lines; names spelled our way, values as they came. Mostly empty.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Pass(SipMessage invite, Side from, Side to)
    {
        bool inside = from == Side.Inside && to == Side.Inside;
        List<KeyValuePair<string, string>> passed = [];
        foreach (SipHeaderLine line in invite.Lines)
        {
            if (passed.Count == MaxLines) break;
            if (line.Value.IsEmpty || line.Value.Length > MaxValueBytes || NameOf(line, inside) is not { } name || HoldsControl(line.Value)) continue;
            bool extension = IsExtension(name);
            if (!extension && passed.Exists(known => known.Key == name)) continue;    // a second Subject is nobody's
            passed.Add(new(name, Encoding.UTF8.GetString(line.Value)));
        }
        return passed;
    }

    /// <summary>True where the INVITE has fields that may stand for nothing outside: worth a look by <see cref="Pass"/>.</summary>
    public static bool HasAny(SipMessage invite)
    {
        foreach (SipHeaderLine line in invite.Lines)
            if (line.Id is SipHeaderId.Unknown or SipHeaderId.Subject or SipHeaderId.AlertInfo or SipHeaderId.Priority && NameOf(line, inside: true) is not null) return true;
        return false;
    }

    private static string? NameOf(SipHeaderLine line, bool inside)
    {
        ReadOnlySpan<byte> name = line.Id == SipHeaderId.Unknown ? line.Name : SipHeaders.NameOf(line.Id);
        foreach (string known in s_everywhere)
            if (Ascii.EqualsIgnoreCase(name, known)) return known;
        if (!inside) return null;
        foreach (string known in s_inside)
            if (Ascii.EqualsIgnoreCase(name, known)) return known;
        return name.Length is > 2 and <= 64 && name[0] is (byte)'X' or (byte)'x' && name[1] == '-' ? Encoding.ASCII.GetString(name) : null;
    }

    private static bool IsExtension(string name) => name.StartsWith("X-", StringComparison.OrdinalIgnoreCase);

    private static bool HoldsControl(ReadOnlySpan<byte> value)
    {
        foreach (byte b in value)
            if (b < ' ' && b != '\t' || b == 0x7f) return true;
        return false;
    }
}
