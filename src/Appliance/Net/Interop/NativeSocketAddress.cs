using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rtp.Core.Stun;

namespace Tandem.Net.Interop;

/// <summary>
/// A sockaddr_in or sockaddr_in6 in place: what the kernel fills in and what it sends to. Blittable, compared without allocation.
/// </summary>
/// <remarks>Our IPv6 sockets are IPv6 only, so an IPv4-mapped address never comes from the kernel, and one given to
/// <see cref="From(IPEndPoint)"/> becomes plain IPv4.</remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct NativeSocketAddress : IEquatable<NativeSocketAddress>
{
    /// <summary>Bytes of the larger form, sockaddr_in6.</summary>
    public const int Size = 28;

    private ushort _family;
    private ushort _portBigEndian;
    private uint _v4OrFlow;        // sockaddr_in: the address; sockaddr_in6: the flow label
    private ulong _v6High;
    private ulong _v6Low;
    private uint _scope;

    public readonly bool IsEmpty => _family == 0;

    public readonly bool IsIpv6 => _family == AddressFamilies.Inet6;

    public readonly int Port => BinaryPrimitives.ReverseEndianness(_portBigEndian);    // x86-64 and arm64 are little-endian

    /// <summary>The address is 0.0.0.0 or ::, a hold of the old kind (RFC 3264 §8.4); nothing can be sent there.</summary>
    public readonly bool IsUnspecified => IsIpv6 ? (_v6High | _v6Low) == 0 : _v4OrFlow == 0;

    /// <summary>Bytes the kernel must be told: 16 for IPv4, 28 for IPv6.</summary>
    public readonly int Length => IsIpv6 ? Size : 16;

    public static NativeSocketAddress From(IPEndPoint endPoint) => From(endPoint.Address, endPoint.Port);

    public static NativeSocketAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (written == 4) return FromBytes(bytes[..4], port, 0);
        return address.IsIPv4MappedToIPv6
            ? FromBytes(bytes[12..], port, 0)
            : FromBytes(bytes, port, address.IsIPv6LinkLocal ? (uint)address.ScopeId : 0);
    }

    /// <summary>From a bare address of 4 or 16 bytes in network order.</summary>
    public static NativeSocketAddress FromBytes(ReadOnlySpan<byte> address, int port, uint scope)
    {
        NativeSocketAddress result = default;
        result._portBigEndian = NetworkOrder(port);
        if (address.Length == 4)
        {
            result._family = AddressFamilies.Inet;
            result._v4OrFlow = MemoryMarshal.Read<uint>(address);
            return result;
        }
        result._family = AddressFamilies.Inet6;
        result._v6High = MemoryMarshal.Read<ulong>(address);
        result._v6Low = MemoryMarshal.Read<ulong>(address[8..]);
        result._scope = scope;
        return result;
    }

    /// <summary>From the form that ICE speaks.</summary>
    public static NativeSocketAddress From(in TransportAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteAddress(bytes);
        return FromBytes(bytes[..address.AddressLength], address.Port, address.Scope);
    }

    /// <summary>In the form that ICE speaks.</summary>
    public readonly TransportAddress ToTransport()
    {
        Span<byte> bytes = stackalloc byte[16];
        return TransportAddress.FromBytes(bytes[..WriteAddress(bytes)], (ushort)Port, _scope);
    }

    /// <summary>The same for the framework. Allocates: for events and logs, never per packet.</summary>
    public readonly IPEndPoint ToEndPoint() => new(ToAddress(), Port);

    /// <inheritdoc cref="ToEndPoint"/>
    public readonly IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteAddress(bytes);
        return length == 16 && _scope != 0 ? new IPAddress(bytes, _scope) : new IPAddress(bytes[..length]);
    }

    /// <summary>Writes the bare address, 4 or 16 bytes in network order, and returns how many.</summary>
    public readonly int WriteAddress(Span<byte> destination)
    {
        if (!IsIpv6)
        {
            MemoryMarshal.Write(destination, _v4OrFlow);
            return 4;
        }
        MemoryMarshal.Write(destination, _v6High);
        MemoryMarshal.Write(destination[8..], _v6Low);
        return 16;
    }

    public readonly NativeSocketAddress WithPort(int port)
    {
        NativeSocketAddress copy = this;
        copy._portBigEndian = NetworkOrder(port);
        return copy;
    }

    /// <summary>The same host, whatever the port.</summary>
    public readonly bool SameAddress(in NativeSocketAddress other) =>
        _family == other._family && (IsIpv6
            ? _v6High == other._v6High && _v6Low == other._v6Low && SameScope(other)
            : _v4OrFlow == other._v4OrFlow);

    /// <summary>The same host and port; the flow label does not count.</summary>
    public readonly bool Equals(in NativeSocketAddress other) => _portBigEndian == other._portBigEndian && SameAddress(other);

    readonly bool IEquatable<NativeSocketAddress>.Equals(NativeSocketAddress other) => Equals(other);

    public override readonly bool Equals(object? obj) => obj is NativeSocketAddress other && Equals(other);

    public override readonly int GetHashCode() =>
        IsIpv6 ? HashCode.Combine(_portBigEndian, _v6High, _v6Low) : HashCode.Combine(_portBigEndian, _v4OrFlow);

    public override readonly string ToString() => IsEmpty ? "none" : ToEndPoint().ToString();

    private static ushort NetworkOrder(int port) => BinaryPrimitives.ReverseEndianness((ushort)port);

    // SDP cannot carry a scope: a signalled link-local address has none and matches whichever link the packet came over.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool SameScope(in NativeSocketAddress other) => _scope == other._scope || _scope == 0 || other._scope == 0;
}
