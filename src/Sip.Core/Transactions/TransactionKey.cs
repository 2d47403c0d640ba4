namespace Sip.Core.Transactions;

/// <summary>What tells transactions apart: RFC 3261 §17.1.3 for clients, §17.2.3 for servers, with RFC 2543's rule behind it.</summary>
/// <remarks>
/// A key is one run of bytes: the <c>Write…</c> methods put it into the caller's buffer, so that looking a message up allocates nothing;
/// <see cref="ToKey"/> makes the owned key of a new transaction. An ACK asks with method INVITE, a CANCEL with the method it cancels.
/// </remarks>
public readonly struct TransactionKey : IEquatable<TransactionKey>
{
    /// <summary>Longer than any key of a message that passed the parser's limits would be; longer input does not match anything.</summary>
    public const int MaxBytes = 4096;

    private const byte Client = (byte)'c', Server = (byte)'s', Branchless = (byte)'o', Separator = 0;    // NUL stands in no field

    private readonly byte[]? _bytes;

    private TransactionKey(byte[] bytes) => _bytes = bytes;

    public static IEqualityComparer<TransactionKey> Comparer { get; } = new ByContent();

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>RFC 3261 §8.1.1.7: the branch says that it is unique.</summary>
    public static bool IsUnique(ReadOnlySpan<byte> branch) =>
        branch.Length > 7 && System.Text.Ascii.EqualsIgnoreCase(branch[..7], "z9hG4bK"u8);

    /// <summary>§17.1.3: our branch and the method of CSeq.</summary>
    /// <returns>Bytes written; 0 when <paramref name="into"/> is too small.</returns>
    public static int WriteClient(Span<byte> into, ReadOnlySpan<byte> branch, ReadOnlySpan<byte> method)
    {
        int at = 0;
        return Append(into, ref at, [Client]) && Append(into, ref at, branch) && Append(into, ref at, method) ? at : 0;
    }

    /// <summary>§17.2.3: the branch, sent-by (host in any case, and port) and the method, INVITE for an ACK.</summary>
    /// <returns>Bytes written; 0 when <paramref name="into"/> is too small.</returns>
    public static int WriteServer(
        Span<byte> into, ReadOnlySpan<byte> branch, ReadOnlySpan<byte> host, int port, ReadOnlySpan<byte> method)
    {
        int at = 0;
        return Append(into, ref at, [Server]) && Append(into, ref at, branch) && AppendLower(into, ref at, host)
            && Append(into, ref at, [(byte)((port >> 8) & 0xff), (byte)(port & 0xff)]) && Append(into, ref at, method) ? at : 0;
    }

    /// <summary>§17.2.3, the branch of an RFC 2543 client: Request-URI, tag of From, Call-ID, CSeq and the whole top Via.</summary>
    /// <remarks>
    /// The tag of To is left out: an ACK carries the response's, the INVITE none. An INVITE inside a dialog has a CSeq of its own, so
    /// nothing is confused by it.
    /// </remarks>
    /// <returns>Bytes written; 0 when <paramref name="into"/> is too small.</returns>
    public static int WriteBranchless(Span<byte> into, ReadOnlySpan<byte> requestUri, ReadOnlySpan<byte> fromTag,
        ReadOnlySpan<byte> callId, uint cseq, ReadOnlySpan<byte> topVia, ReadOnlySpan<byte> method)
    {
        Span<byte> number = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(number, cseq);
        int at = 0;
        return Append(into, ref at, [Branchless]) && Append(into, ref at, requestUri) && Append(into, ref at, fromTag)
            && Append(into, ref at, callId) && Append(into, ref at, number) && Append(into, ref at, topVia)
            && Append(into, ref at, method) ? at : 0;
    }

    /// <summary>§8.2.2.2: a request outside a dialog that arrives on two paths agrees in these and has another branch.</summary>
    /// <returns>Bytes written; 0 when <paramref name="into"/> is too small.</returns>
    public static int WriteMerged(
        Span<byte> into, ReadOnlySpan<byte> fromTag, ReadOnlySpan<byte> callId, uint cseq, ReadOnlySpan<byte> method) =>
        WriteBranchless(into, default, fromTag, callId, cseq, default, method);

    public static TransactionKey ToKey(ReadOnlySpan<byte> written) => new(written.ToArray());

    public bool Equals(TransactionKey other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is TransactionKey other && Equals(other);

    public override int GetHashCode() => Hash(Bytes);

    public static bool operator ==(TransactionKey left, TransactionKey right) => left.Equals(right);

    public static bool operator !=(TransactionKey left, TransactionKey right) => !left.Equals(right);

    private static bool Append(Span<byte> into, ref int at, ReadOnlySpan<byte> part)
    {
        if (part.Length + 1 > into.Length - at) return false;
        part.CopyTo(into[at..]);
        at += part.Length;
        into[at++] = Separator;
        return true;
    }

    private static bool AppendLower(Span<byte> into, ref int at, ReadOnlySpan<byte> part)
    {
        int start = at;
        if (!Append(into, ref at, part)) return false;
        System.Text.Ascii.ToLowerInPlace(into[start..(at - 1)], out _);
        return true;
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();    // seeded per process: strangers choose these bytes
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private sealed class ByContent : IEqualityComparer<TransactionKey>, IAlternateEqualityComparer<ReadOnlySpan<byte>, TransactionKey>
    {
        public bool Equals(TransactionKey x, TransactionKey y) => x.Equals(y);
        public int GetHashCode(TransactionKey obj) => obj.GetHashCode();
        public bool Equals(ReadOnlySpan<byte> alternate, TransactionKey other) => alternate.SequenceEqual(other.Bytes);
        public int GetHashCode(ReadOnlySpan<byte> alternate) => Hash(alternate);
        public TransactionKey Create(ReadOnlySpan<byte> alternate) => ToKey(alternate);
    }
}
