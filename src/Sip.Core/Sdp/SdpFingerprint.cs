namespace Sip.Core.Sdp;

/// <summary>One <c>a=fingerprint</c> line (RFC 8122 §5): the hash of the certificate that the DTLS handshake must show.</summary>
/// <param name="Algorithm">In lower case: <c>sha-256</c>.</param>
/// <param name="Value">The hash.</param>
public sealed record SdpFingerprint(string Algorithm, byte[] Value)
{
    public const string Name = "fingerprint";

    /// <summary>Hashes that still prove something, with their lengths in bytes. MD5 and SHA-1 do not.</summary>
    private static readonly (string Name, int Length)[] s_algorithms = [("sha-256", 32), ("sha-384", 48), ("sha-512", 64)];

    /// <summary>Reads the value of an attribute; false also for a hash that is not taken here.</summary>
    public static bool TryParse(string? value, out SdpFingerprint? fingerprint)
    {
        fingerprint = null;
        string[] fields = value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (fields.Length != 2) return false;
        foreach ((string name, int length) in s_algorithms)
        {
            if (!name.Equals(fields[0], StringComparison.OrdinalIgnoreCase)) continue;
            byte[] hash = new byte[length];
            if (fields[1].Length != (3 * length) - 1) return false;
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<char> pair = fields[1].AsSpan(3 * i, 2);
                if (!char.IsAsciiHexDigit(pair[0]) || !char.IsAsciiHexDigit(pair[1]) || (i > 0 && fields[1][(3 * i) - 1] != ':')) return false;
                hash[i] = (byte)((Convert.ToInt32(pair[..1].ToString(), 16) << 4) | Convert.ToInt32(pair[1..].ToString(), 16));
            }

            fingerprint = new SdpFingerprint(name, hash);
            return true;
        }

        return false;
    }

    public SdpAttribute Write() => new(Name, $"{Algorithm} {BitConverter.ToString(Value).Replace('-', ':')}");

    public bool Equals(SdpFingerprint? other) => other is not null && Algorithm == other.Algorithm && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Algorithm, Value.Length > 0 ? Value[0] : 0);
}
