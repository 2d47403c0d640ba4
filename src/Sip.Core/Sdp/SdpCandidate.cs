using System.Globalization;
using System.Net;

namespace Sip.Core.Sdp;

/// <summary>One <c>a=candidate</c> line (RFC 8839 §5.1).</summary>
/// <param name="Foundation">1 to 32 letters, digits, + or /.</param>
/// <param name="Component">1 RTP (and RTCP where it is multiplexed), 2 RTCP.</param>
/// <param name="Transport">As written: <c>udp</c>, <c>UDP</c>, <c>tcp</c>.</param>
/// <param name="Priority">Greater is preferred.</param>
/// <param name="Host">The address as written; browsers that hide theirs write a name under .local.</param>
/// <param name="Address">The address; null: <paramref name="Host"/> is a name.</param>
/// <param name="Port">Where to send to.</param>
/// <param name="Type">How it was found.</param>
public sealed record SdpCandidate(
    string Foundation, int Component, string Transport, uint Priority, string Host, IPAddress? Address, int Port, SdpCandidateType Type)
{
    public const string Name = "candidate";

    private const int MaxLength = 512;

    private static readonly string[] s_types = ["host", "srflx", "prflx", "relay"];

    /// <summary>A UDP candidate of ours.</summary>
    public SdpCandidate(string foundation, int component, uint priority, IPEndPoint at, SdpCandidateType type)
        : this(foundation, component, "udp", priority, at.Address.ToString(), at.Address, at.Port, type)
    {
    }

    public bool IsUdp => Transport.Equals("udp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the address that a reflexive or relayed candidate stands for really is; null: not said.</summary>
    public IPEndPoint? Related { get; init; }

    /// <summary>Reads the value of an attribute. What comes behind the type and is not understood is skipped, as §5.1 asks.</summary>
    public static bool TryParse(string? value, out SdpCandidate? candidate)
    {
        candidate = null;
        if (value is null || value.Length > MaxLength) return false;
        string[] fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 8 || !fields[6].Equals("typ", StringComparison.OrdinalIgnoreCase)) return false;
        int type = Array.FindIndex(s_types, name => name.Equals(fields[7], StringComparison.OrdinalIgnoreCase));
        if (type < 0 || !IceDescription.IsIceText(fields[0], 1, 32)) return false;
        if (!TryNumber(fields[1], 256, out uint component) || component == 0) return false;
        if (!TryNumber(fields[3], uint.MaxValue, out uint priority)) return false;
        if (!TryNumber(fields[5], IPEndPoint.MaxPort, out uint port)) return false;
        string host = fields[4];
        if (!SdpConnection.TryParseAddress(host, host.Contains(':'), out SdpConnection? at)) return false;
        candidate = new SdpCandidate(fields[0], (int)component, fields[2], priority, host, at!.Address, (int)port, (SdpCandidateType)type)
        {
            Related = RelatedIn(fields),
        };
        return true;
    }

    public SdpAttribute Write()
    {
        string related = Related is null ? "" : string.Create(CultureInfo.InvariantCulture, $" raddr {Related.Address} rport {Related.Port}");
        return new SdpAttribute(Name, string.Create(
            CultureInfo.InvariantCulture, $"{Foundation} {Component} {Transport} {Priority} {Host} {Port} typ {s_types[(int)Type]}{related}"));
    }

    private static IPEndPoint? RelatedIn(string[] fields)
    {
        if (fields.Length < 12 || fields[8] != "raddr" || fields[10] != "rport") return null;
        return SdpConnection.TryParseAddress(fields[9], fields[9].Contains(':'), out SdpConnection? at) && at!.Address is not null
            && TryNumber(fields[11], IPEndPoint.MaxPort, out uint port) ? new IPEndPoint(at.Address, (int)port) : null;
    }

    private static bool TryNumber(string text, uint max, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}
