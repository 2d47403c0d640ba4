using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rtp.Core.Stun;

/// <summary>A STUN message over borrowed bytes (RFC 8489 §5): what ICE needs of it, looked up in one pass.</summary>
/// <remarks>Of an attribute that stands there twice the first counts; what stands behind MESSAGE-INTEGRITY is not signed and is not looked at.</remarks>
public ref struct StunView
{
    public const int HeaderLength = 20;

    /// <summary>The only method of ICE.</summary>
    public const int BindingMethod = 1;

    /// <summary>Longer ones are no STUN of ICE: nothing of theirs would be read.</summary>
    public const int MaxLength = 1280;

    internal const uint MagicCookie = 0x2112A442;
    internal const int IntegrityLength = 20;

    private readonly ReadOnlySpan<byte> _message;
    private int _integrityAt;
    private int _fingerprintAt;
    private ulong _unknown;

    private StunView(ReadOnlySpan<byte> message) => _message = message;

    public StunClass Class { get; private set; }

    public int Method { get; private set; }

    public readonly StunTransactionId TransactionId => StunTransactionId.Read(_message[8..]);

    /// <summary>Empty: none.</summary>
    public ReadOnlySpan<byte> Username { get; private set; }

    /// <summary>0: none.</summary>
    public uint Priority { get; private set; }

    public bool UseCandidate { get; private set; }

    /// <summary>The role that the sender takes itself to have; null: it says none.</summary>
    public bool? IsControlling { get; private set; }

    /// <summary>Goes with <see cref="IsControlling"/>.</summary>
    public ulong TieBreaker { get; private set; }

    /// <summary>300 to 699; 0: none.</summary>
    public int ErrorCode { get; private set; }

    /// <summary>Empty: none.</summary>
    public TransportAddress XorMappedAddress { get; private set; }

    /// <summary>Attributes that must be understood and are not.</summary>
    public int UnknownCount { get; private set; }

    public readonly bool HasIntegrity => _integrityAt > 0;

    /// <summary>There is a FINGERPRINT, and it fits.</summary>
    public readonly bool HasFingerprint => _fingerprintAt > 0
        && BinaryPrimitives.ReadUInt32BigEndian(_message[(_fingerprintAt + 4)..]) == StunFingerprint.Compute(_message[.._fingerprintAt]);

    /// <summary>Takes a whole datagram.</summary>
    /// <returns>False: no STUN message, or a malformed one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunView view)
    {
        view = new StunView(datagram);
        if (datagram.Length is < HeaderLength or > MaxLength || datagram[0] > 0x3F) return false;
        int type = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - HeaderLength || (datagram.Length & 3) != 0) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) return false;
        view.Class = (StunClass)(((type >> 4) & 1) | ((type >> 7) & 2));
        view.Method = (type & 0xF) | ((type >> 1) & 0x70) | ((type >> 2) & 0xF80);
        return view.ReadAttributes();
    }

    /// <summary>One of the attributes counted by <see cref="UnknownCount"/>; only the first four are kept.</summary>
    public readonly ushort Unknown(int index) => (ushort)((_unknown >> (16 * index)) & 0xFFFF);

    /// <summary>Whether MESSAGE-INTEGRITY is there and was made with this key (RFC 8489 §14.5); takes the same time wherever it differs.</summary>
    /// <param name="key">Of short-term credentials: the password's bytes.</param>
    public readonly bool IsAuthentic(ReadOnlySpan<byte> key)
    {
        if (_integrityAt == 0) return false;
        Span<byte> mac = stackalloc byte[IntegrityLength];
        StunIntegrity.Compute(_message[.._integrityAt], key, mac);
        return CryptographicOperations.FixedTimeEquals(mac, _message.Slice(_integrityAt + 4, IntegrityLength));
    }

    private bool ReadAttributes()
    {
        int at = HeaderLength;
        while (at < _message.Length)
        {
            if (_fingerprintAt > 0) return false;    // it is the last one
            int type = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);    // lengths are multiples of four, so four bytes are there
            int length = BinaryPrimitives.ReadUInt16BigEndian(_message[(at + 2)..]);
            if (length > _message.Length - at - 4) return false;
            if (!Read((StunAttribute)type, _message.Slice(at + 4, length), at)) return false;
            at += 4 + ((length + 3) & ~3);
        }
        return true;
    }

    private bool Read(StunAttribute type, ReadOnlySpan<byte> value, int at)
    {
        if (type == StunAttribute.Fingerprint)
        {
            _fingerprintAt = at;
            return value.Length == 4;
        }
        if (HasIntegrity) return true;
        switch (type)
        {
            case StunAttribute.MessageIntegrity:
                _integrityAt = at;
                return value.Length == IntegrityLength;
            case StunAttribute.Username:
                if (Username.IsEmpty) Username = value;
                return value.Length is > 0 and <= 513;
            case StunAttribute.Priority:
                if (value.Length != 4) return false;
                if (Priority == 0) Priority = BinaryPrimitives.ReadUInt32BigEndian(value);
                return true;
            case StunAttribute.UseCandidate:
                UseCandidate = true;
                return value.IsEmpty;
            case StunAttribute.IceControlling or StunAttribute.IceControlled:
                if (value.Length != 8) return false;
                TieBreaker = IsControlling is null ? BinaryPrimitives.ReadUInt64BigEndian(value) : TieBreaker;
                IsControlling ??= type == StunAttribute.IceControlling;
                return true;
            case StunAttribute.ErrorCode:
                if (value.Length < 4) return false;
                if (ErrorCode == 0) ErrorCode = (value[2] & 7) * 100 + value[3];
                return ErrorCode is >= 300 and <= 699;
            case StunAttribute.XorMappedAddress:
                return ReadAddress(value);
            case StunAttribute.MappedAddress or StunAttribute.UnknownAttributes or StunAttribute.Realm or StunAttribute.Nonce
                or StunAttribute.MessageIntegritySha256 or StunAttribute.PasswordAlgorithm or StunAttribute.Userhash:
                return true;    // known, and without meaning under short-term credentials
            default:
                if ((ushort)type < 0x8000) NoteUnknown((ushort)type);
                return true;
        }
    }

    private void NoteUnknown(ushort type)
    {
        if (UnknownCount < 4) _unknown |= (ulong)type << (16 * UnknownCount);
        UnknownCount++;
    }

    private bool ReadAddress(ReadOnlySpan<byte> value)
    {
        if (value.Length < 8) return false;
        int length = value[1] switch { 1 => 4, 2 => 16, _ => 0 };
        if (length == 0 || value.Length != 4 + length) return false;
        Span<byte> address = stackalloc byte[16];
        for (int i = 0; i < length; i++) address[i] = (byte)(value[4 + i] ^ _message[4 + i]);    // the cookie, then the transaction id (§14.2)
        ushort port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (MagicCookie >> 16));
        if (XorMappedAddress.IsEmpty) XorMappedAddress = TransportAddress.FromBytes(address[..length], port);
        return true;
    }
}
