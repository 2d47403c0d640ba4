using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tandem.Net.Interop;

namespace Tandem.Defence;

/// <summary>What counts as one source: an IPv4 address, or the /64 of an IPv6 address, of which a stranger has 2^64. Allocates nothing.</summary>
/// <remarks>An office behind one address is one source; limits leave it room.</remarks>
public readonly record struct SourceKey
{
    private const int PrefixBytes = 8;

    private readonly ulong _bits;
    private readonly bool _isIpv6;

    private SourceKey(ReadOnlySpan<byte> address)
    {
        _isIpv6 = address.Length == 16;
        _bits = _isIpv6 ? BinaryPrimitives.ReadUInt64BigEndian(address) : BinaryPrimitives.ReadUInt32BigEndian(address);
    }

    /// <summary>The source of an address; an IPv4 address written as IPv6 is IPv4.</summary>
    public static SourceKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return address.IsIPv4MappedToIPv6 ? new SourceKey(bytes[12..]) : new SourceKey(bytes[..length]);
    }

    internal static SourceKey Of(in NativeSocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return new SourceKey(bytes[..address.WriteAddress(bytes)]);
    }

    /// <summary>The address in halves; an IPv4 address is the lower one.</summary>
    internal (uint High, uint Low, bool IsIpv6) Words => ((uint)(_bits >> 32), (uint)(_bits & uint.MaxValue), _isIpv6);

    /// <summary>Reads what <see cref="ToString"/> writes, and any address of the source.</summary>
    public static bool TryParse(string text, out SourceKey key)
    {
        key = default;
        string trimmed = text.EndsWith("/64", StringComparison.Ordinal) ? text[..^3] : text;
        bool looksIt = trimmed.Contains(':', StringComparison.Ordinal) || trimmed.Count(c => c == '.') == 3;    // "1001" is a name here
        if (!looksIt || !IPAddress.TryParse(trimmed, out IPAddress? address)) return false;
        if (trimmed.Length != text.Length && address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        key = Of(address);
        return true;
    }

    /// <summary>The address, of IPv6 the network.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (_isIpv6) BinaryPrimitives.WriteUInt64BigEndian(bytes, _bits);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_bits);
        return new IPAddress(bytes[..(_isIpv6 ? 2 * PrefixBytes : 4)]);
    }

    /// <summary>Differs from run to run, so that nobody can choose addresses that crowd one another out.</summary>
    public override int GetHashCode() => HashCode.Combine(_bits, _isIpv6);

    public override string ToString() => _isIpv6 ? $"{ToAddress()}/64" : ToAddress().ToString();
}
