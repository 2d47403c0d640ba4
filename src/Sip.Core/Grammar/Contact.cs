using System.Text;

namespace Sip.Core.Grammar;

/// <summary>One Contact value (RFC 3261 §20.10), or the "*" of a REGISTER.</summary>
public ref struct Contact
{
    /// <summary>The address; meaningless when <see cref="IsStar"/>.</summary>
    public NameAddr Address { get; private set; }
    public bool IsStar { get; private set; }

    public readonly ReadOnlySpan<byte> Uri => Address.Uri;

    /// <summary>Preference in thousandths, 0 to 1000; -1 when absent.</summary>
    public int Q { get; private set; }

    /// <summary>Seconds; a value beyond 2^32-1 counts as that. Null when absent or no number (then the default holds, §10.2.1.1).</summary>
    public uint? Expires { get; private set; }

    /// <summary>The value of <c>+sip.instance</c> with its angle brackets (RFC 5626 §4.1), empty when absent.</summary>
    public ReadOnlySpan<byte> Instance { get; private set; }

    /// <summary>The reg-id of RFC 5626, 0 when absent.</summary>
    public uint RegId { get; private set; }

    /// <summary>Parses one value, the whole of <paramref name="text"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Contact contact)
    {
        contact = default;
        contact.Q = -1;
        text = SipGrammar.Trim(text);
        if (text is [(byte)'*'])
        {
            contact.IsStar = true;
            return true;
        }
        if (!NameAddr.TryParse(text, out NameAddr address)) return false;
        contact.Address = address;
        foreach (SipParameters parameter in address.Parameters)
        {
            ReadOnlySpan<byte> name = parameter.Name;
            if (Ascii.EqualsIgnoreCase(name, "expires"u8))
            {
                if (SipGrammar.TrySeconds(parameter.Value, out uint seconds)) contact.Expires = seconds;
            }
            else if (Ascii.EqualsIgnoreCase(name, "q"u8))
            {
                if (!TryQ(parameter.Value, out int q)) return false;
                contact.Q = q;
            }
            else if (Ascii.EqualsIgnoreCase(name, "+sip.instance"u8)) contact.Instance = parameter.Value;
            else if (Ascii.EqualsIgnoreCase(name, "reg-id"u8)
                && SipGrammar.TryNumber(parameter.Value, int.MaxValue, out uint id)) contact.RegId = id;
        }
        return true;
    }

    /// <summary>qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths.</summary>
    public static bool TryQ(ReadOnlySpan<byte> text, out int thousandths)
    {
        thousandths = 0;
        if (text.IsEmpty || text.Length > 5 || text[0] is not ((byte)'0' or (byte)'1')) return false;
        if (text.Length > 1 && text[1] != '.') return false;
        thousandths = text[0] == '1' ? 1000 : 0;
        for (int i = 2, weight = 100; i < text.Length; i++, weight /= 10)
        {
            if (!char.IsAsciiDigit((char)text[i])) return false;
            thousandths += (text[i] - '0') * weight;
        }
        return thousandths <= 1000;
    }
}
