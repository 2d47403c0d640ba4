using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Calls.Outside;

/// <summary>What a carrier is told of who calls: From, and the fields beside it (RFC 3323, RFC 3325, RFC 5806).</summary>
/// <param name="FromHost">Host of From; null: ours.</param>
/// <param name="Headers">Whole lines, in the order in which they are written.</param>
internal sealed record OutgoingIdentity(string FromUser, string? FromDisplay, string? FromHost, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>RFC 3323 §4.1.1.3: whom nobody is to know.</summary>
    private const string Anonymous = "anonymous", NoHost = "anonymous.invalid";

    /// <param name="callerId">The number to show, as this carrier wants it; null: there is none.</param>
    /// <param name="diversions">The forwardings that the call went through here, the last first.</param>
    /// <param name="host">Our host as the carrier sees it.</param>
    public static OutgoingIdentity For(Carrier carrier, string? callerId, CallerIdentity caller, IReadOnlyList<Diversion> diversions, string host)
    {
        bool hidden = caller.IsPrivate && carrier.PrivacyAllowed;
        List<KeyValuePair<string, string>> headers = [];
        if (callerId is not null)
        {
            string uri = Uri(callerId, host);
            switch (carrier.Identity)
            {
                case IdentityHeader.PAssertedIdentity:
                    headers.Add(new("P-Asserted-Identity", uri));
                    break;
                case IdentityHeader.RemotePartyId:
                    headers.Add(new("Remote-Party-ID", $"{uri};party=calling;screen=yes;privacy={(hidden ? "full" : "off")}"));
                    break;
            }
        }
        if (hidden) headers.Add(new("Privacy", "id"));
        if (carrier.Diversion)
        {
            foreach (Diversion diversion in diversions)
                headers.Add(new("Diversion", $"{Uri(diversion.Number, host)};reason={diversion.ReasonText};counter=1"));
        }
        return hidden || callerId is null
            ? new OutgoingIdentity(Anonymous, "Anonymous", NoHost, headers)
            : new OutgoingIdentity(callerId, caller.IsPrivate ? null : Shown(caller.Display), null, headers);
    }

    private static string Uri(string number, string host) => $"<sip:{SipFields.EscapeUser(number)}@{host}>";

    /// <summary>A name that a phone gave may hold anything: what cannot stand in a quoted string is left out.</summary>
    private static string? Shown(string display)
    {
        string shown = string.Concat(display.Where(c => !char.IsControl(c))).Trim();
        return shown.Length == 0 ? null : shown.Length > 64 ? shown[..64] : shown;
    }
}
