using Sip.Core.Grammar;
using Sip.Core.Messages;
using Tandem.Signalling;

namespace Tandem.Calls.Outside;

/// <summary>Who calls, as far as the INVITE says and its sender may say it.</summary>
/// <param name="Number">A number or a user's name; empty: not known.</param>
/// <param name="IsPrivate">The caller does not want the called party to know (RFC 3323).</param>
internal sealed record CallerIdentity(string Number, string Display, bool IsPrivate)
{
    /// <summary>Forwardings before us, by the Diversion fields of a carrier.</summary>
    public int EarlierDiversions { get; init; }

    /// <summary>Reads who calls.</summary>
    /// <param name="trusted">
    /// The INVITE comes from a carrier: its P-Asserted-Identity and Remote-Party-ID hold (RFC 3325 §5). Of anybody else they are not looked at.
    /// </param>
    public static CallerIdentity Of(SipMessage invite, bool trusted)
    {
        bool hidden = AsksForPrivacy(invite);
        string number = "", display = "";
        if (NameAddr.TryParse(invite.First(SipHeaderId.From), out NameAddr from)) (number, display) = (SipFields.UserOf(from.Uri), from.GetDisplayName());
        int diversions = 0;
        if (trusted)
        {
            if (!TryAsserted(invite, ref number, ref display) && NameAddr.TryParse(invite.First(SipHeaderId.RemotePartyId), out NameAddr party))
            {
                (number, display) = (SipFields.UserOf(party.Uri), party.GetDisplayName());
                hidden |= party.Parameters.TryGet("privacy"u8, out ReadOnlySpan<byte> privacy) && !System.Text.Ascii.EqualsIgnoreCase(privacy, "off"u8);
            }
            diversions = CountDiversions(invite);
        }
        if (number.Equals("anonymous", StringComparison.OrdinalIgnoreCase) || number.Equals("unknown", StringComparison.OrdinalIgnoreCase)) (number, hidden) = ("", true);
        return new CallerIdentity(number, display, hidden) { EarlierDiversions = diversions };
    }

    /// <summary>The first identity that names somebody: a network may assert a sip and a tel URI (RFC 3325 §9.1).</summary>
    private static bool TryAsserted(SipMessage invite, ref string number, ref string display)
    {
        foreach (ReadOnlySpan<byte> value in invite.All(SipHeaderId.PAssertedIdentity))
        {
            if (!NameAddr.TryParse(value, out NameAddr asserted) || SipFields.UserOf(asserted.Uri) is not { Length: > 0 } user) continue;
            (number, display) = (user, asserted.GetDisplayName());
            return true;
        }
        return false;
    }

    /// <summary>Privacy values stand in one field, separated by semicolons; <c>none</c> asks for none (RFC 3323 §4.2).</summary>
    private static bool AsksForPrivacy(SipMessage invite)
    {
        foreach (ReadOnlySpan<byte> value in invite.All(SipHeaderId.Privacy))
        {
            foreach (Range part in value.Split((byte)';'))
            {
                ReadOnlySpan<byte> token = SipGrammar.Trim(value[part]);
                if (System.Text.Ascii.EqualsIgnoreCase(token, "id"u8) || System.Text.Ascii.EqualsIgnoreCase(token, "user"u8)
                    || System.Text.Ascii.EqualsIgnoreCase(token, "header"u8)) return true;
            }
        }
        return false;
    }

    /// <summary>Each field is a forwarding; a counter in it stands for several (RFC 5806 §7).</summary>
    private static int CountDiversions(SipMessage invite)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> value in invite.All(SipHeaderId.Diversion))
        {
            count++;
            if (NameAddr.TryParse(value, out NameAddr diverted) && diverted.Parameters.TryGet("counter"u8, out ReadOnlySpan<byte> counter)
                && SipGrammar.TryNumber(counter, 1000, out uint times) && times > 1) count += (int)times - 1;
        }
        return count;
    }
}
