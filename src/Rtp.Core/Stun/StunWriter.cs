using System.Buffers.Binary;

namespace Rtp.Core.Stun;

/// <summary>Writes one Binding message into the caller's buffer (RFC 8489 §5), attribute by attribute; allocates nothing.</summary>
/// <remarks>MESSAGE-INTEGRITY comes after all that it signs and FINGERPRINT last: the caller keeps that order. 400 bytes hold any message of ICE.</remarks>
public ref struct StunWriter
{
    private readonly Span<byte> _packet;

    /// <param name="packet">Where to write.</param>
    /// <param name="messageClass">Of a Binding message.</param>
    /// <param name="id">A new one for a request; the request's own for a response.</param>
    public StunWriter(Span<byte> packet, StunClass messageClass, in StunTransactionId id)
    {
        _packet = packet;
        int bits = (int)messageClass;
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)(StunView.BindingMethod | ((bits & 1) << 4) | ((bits & 2) << 7)));
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], StunView.MagicCookie);
        id.Write(packet[8..]);
        Length = StunView.HeaderLength;
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>USERNAME of a check: the receiver's fragment, a colon, the sender's (RFC 8445 §7.2.2).</summary>
    public void AddUsername(ReadOnlySpan<byte> receiver, ReadOnlySpan<byte> sender)
    {
        Span<byte> value = Add(StunAttribute.Username, receiver.Length + 1 + sender.Length);
        receiver.CopyTo(value);
        value[receiver.Length] = (byte)':';
        sender.CopyTo(value[(receiver.Length + 1)..]);
    }

    public void AddPriority(uint priority) => BinaryPrimitives.WriteUInt32BigEndian(Add(StunAttribute.Priority, 4), priority);

    public void AddUseCandidate() => Add(StunAttribute.UseCandidate, 0);

    /// <summary>ICE-CONTROLLING or ICE-CONTROLLED.</summary>
    public void AddRole(bool controlling, ulong tieBreaker) =>
        BinaryPrimitives.WriteUInt64BigEndian(Add(controlling ? StunAttribute.IceControlling : StunAttribute.IceControlled, 8), tieBreaker);

    public void AddXorMappedAddress(in TransportAddress address)
    {
        Span<byte> value = Add(StunAttribute.XorMappedAddress, 4 + address.AddressLength);
        value[0] = 0;
        value[1] = (byte)(address.IsIpv6 ? 2 : 1);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunView.MagicCookie >> 16)));
        Span<byte> bytes = value[4..];
        address.WriteAddress(bytes);
        for (int i = 0; i < bytes.Length; i++) bytes[i] ^= _packet[4 + i];
    }

    /// <summary>ERROR-CODE with its usual phrase.</summary>
    public void AddErrorCode(int code)
    {
        ReadOnlySpan<byte> phrase = StunErrors.Phrase(code);
        Span<byte> value = Add(StunAttribute.ErrorCode, 4 + phrase.Length);
        value[..2].Clear();
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        phrase.CopyTo(value[4..]);
    }

    /// <summary>UNKNOWN-ATTRIBUTES: what a request had that we do not understand, the first four.</summary>
    public void AddUnknownAttributes(in StunView request)
    {
        int count = Math.Min(request.UnknownCount, 4);
        Span<byte> value = Add(StunAttribute.UnknownAttributes, 2 * count);
        for (int i = 0; i < count; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(2 * i)..], request.Unknown(i));
    }

    /// <param name="key">The password's bytes.</param>
    public void AddIntegrity(ReadOnlySpan<byte> key)
    {
        Span<byte> mac = stackalloc byte[StunView.IntegrityLength];
        StunIntegrity.Compute(_packet[..Length], key, mac);
        mac.CopyTo(Add(StunAttribute.MessageIntegrity, StunView.IntegrityLength));
    }

    public void AddFingerprint()
    {
        int covered = Length;
        Span<byte> value = Add(StunAttribute.Fingerprint, 4);
        BinaryPrimitives.WriteUInt32BigEndian(value, StunFingerprint.Compute(_packet[..covered]));
    }

    /// <summary>Header, value and padding of an attribute, counted in the message's length.</summary>
    private Span<byte> Add(StunAttribute type, int length)
    {
        Span<byte> attribute = _packet.Slice(Length, 4 + ((length + 3) & ~3));
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        attribute[(4 + length)..].Clear();
        Length += attribute.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_packet[2..], (ushort)(Length - StunView.HeaderLength));
        return attribute.Slice(4, length);
    }
}
