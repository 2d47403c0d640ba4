using System.Buffers.Binary;
using System.Net;

namespace Rtp.Core.Stun;

/// <summary>An IP address and a UDP port, as a plain value.</summary>
/// <param name="High">The first half of an IPv6 address; 0 for IPv4.</param>
/// <param name="Low">The second half of an IPv6 address, or an IPv4 address.</param>
/// <param name="Port">UDP.</param>
/// <param name="IsIpv6">The family.</param>
/// <param name="Scope">The interface of a link-local IPv6 address; 0: any.</param>
public readonly record struct TransportAddress(ulong High, ulong Low, ushort Port, bool IsIpv6, uint Scope = 0)
{
    /// <summary>No address at all: the default value.</summary>
    public bool IsEmpty => Port == 0;

    /// <summary>Bytes of the bare address: 4 or 16.</summary>
    public int AddressLength => IsIpv6 ? 16 : 4;

    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="port">UDP.</param>
    /// <param name="scope">See <see cref="Scope"/>.</param>
    public static TransportAddress FromBytes(ReadOnlySpan<byte> address, ushort port, uint scope = 0) => address.Length == 4
        ? new TransportAddress(0, BinaryPrimitives.ReadUInt32BigEndian(address), port, IsIpv6: false)
        : new TransportAddress(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port, IsIpv6: true, scope);

    /// <summary>From the framework's; an IPv4-mapped address becomes plain IPv4.</summary>
    public static TransportAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (address.IsIPv4MappedToIPv6) return FromBytes(bytes[12..], (ushort)port);
        return FromBytes(bytes[..written], (ushort)port, address.IsIPv6LinkLocal ? (uint)address.ScopeId : 0);
    }

    /// <summary>Writes the bare address in network order.</summary>
    /// <param name="destination">At least <see cref="AddressLength"/> bytes.</param>
    public void WriteAddress(Span<byte> destination)
    {
        if (!IsIpv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Low);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>The same host and port; a scope that is not known matches any.</summary>
    public bool IsSame(in TransportAddress other) =>
        Port == other.Port && Low == other.Low && High == other.High && IsIpv6 == other.IsIpv6 && (Scope == other.Scope || Scope == 0 || other.Scope == 0);

    /// <summary>For events and logs. Allocates.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return new IPEndPoint(IsIpv6 && Scope != 0 ? new IPAddress(bytes, Scope) : new IPAddress(bytes[..AddressLength]), Port);
    }

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "none" : ToEndPoint().ToString();
}
