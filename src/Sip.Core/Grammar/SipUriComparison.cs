using System.Net;
using System.Text;

namespace Sip.Core.Grammar;

/// <summary>Equality of URIs by RFC 3261 §19.1.4: not by text, not transitive.</summary>
public static class SipUriComparison
{
    /// <summary>True when the two name the same resource. An absent port is not the default port.</summary>
    public static bool AreEqual(in SipUri left, in SipUri right)
    {
        if (left.IsSecure != right.IsSecure || left.HasUser != right.HasUser || left.HasPassword != right.HasPassword
            || left.Port != right.Port) return false;
        if (!SipUriText.Same(left.User, right.User, ignoreCase: false)
            || !SipUriText.Same(left.Password, right.Password, ignoreCase: false)) return false;
        if (!Ascii.EqualsIgnoreCase(left.Host, right.Host) && !SameAddress(left, right)) return false;
        return Match(left.Parameters, right.Parameters) && Match(right.Parameters, left.Parameters)
            && HeadersMatch(left.Headers, right.Headers) && HeadersMatch(right.Headers, left.Headers);
    }

    /// <summary>Sip URIs by the rule above, all others byte for byte.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        SipUri.TryParse(left, out SipUri a) && SipUri.TryParse(right, out SipUri b) ? AreEqual(a, b) : left.SequenceEqual(right);

    static bool SameAddress(in SipUri left, in SipUri right) => left.IsIPv6 && right.IsIPv6
        && SipUriText.TryAddress(left.Host, out IPAddress? a) && SipUriText.TryAddress(right.Host, out IPAddress? b) && a!.Equals(b);

    /// <summary>A parameter of both must match; of one only, it must not be one of those that always count (maddr, ttl, user, method,
    /// transport).</summary>
    static bool Match(SipParameters left, SipParameters right)
    {
        foreach (SipParameters parameter in left)
        {
            if (right.TryGet(parameter.Name, out ReadOnlySpan<byte> other))
            {
                if (!SipUriText.Same(parameter.Value, other, ignoreCase: true)) return false;
            }
            else if (Counts(parameter.Name)) return false;
        }
        return true;
    }

    static bool Counts(ReadOnlySpan<byte> name) => Is(name, "user"u8) || Is(name, "ttl"u8) || Is(name, "method"u8) || Is(name, "maddr"u8)
        || Is(name, "transport"u8);

    static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => SipUriText.Same(name, known, ignoreCase: true);

    /// <summary>Header components are never ignored: each of the one must be in the other.</summary>
    static bool HeadersMatch(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty) return true;
        foreach (Range range in left.Split((byte)'&'))
        {
            bool found = false;
            foreach (Range other in right.Split((byte)'&'))
                found |= SameHeader(left[range], right[other]);
            if (!found) return false;
        }
        return true;
    }

    static bool SameHeader(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = left.IndexOf((byte)'='), j = right.IndexOf((byte)'=');
        if (i < 0 || j < 0) return i == j && SipUriText.Same(left, right, ignoreCase: true);
        return SipUriText.Same(left[..i], right[..j], ignoreCase: true)
            && SipUriText.Same(left[(i + 1)..], right[(j + 1)..], ignoreCase: false);
    }
}
