using System.Globalization;

namespace Tandem.Media;

/// <summary>The hash of a certificate as SDP signals it (RFC 8122 §5). Equal where algorithm and value are.</summary>
/// <param name="Algorithm">The IANA name of the hash function, "sha-256"; compared without case.</param>
/// <param name="Value">The hash; not to be changed.</param>
public sealed record DtlsFingerprint(string Algorithm, byte[] Value)
{
    /// <summary>The value as <c>a=fingerprint</c> has it: capital hexadecimal pairs with colons between.</summary>
    public string Hex => string.Join(':', Value.Select(part => part.ToString("X2", CultureInfo.InvariantCulture)));

    public bool Equals(DtlsFingerprint? other) =>
        other is not null && string.Equals(Algorithm, other.Algorithm, StringComparison.OrdinalIgnoreCase) && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Algorithm, StringComparer.OrdinalIgnoreCase);
        hash.AddBytes(Value);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{Algorithm} {Hex}";
}
