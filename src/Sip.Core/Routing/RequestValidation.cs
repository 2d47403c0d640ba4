using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Routing;

/// <summary>What a user agent server checks before it acts on a request (RFC 3261 §8.2), in the RFC's order; authentication comes
/// before.</summary>
/// <remarks>Pure. An ACK is never answered, whatever it says: callers drop it instead.</remarks>
public static class RequestValidation
{
    /// <summary>The status to refuse the request with, 0 when it may proceed: 400, 405, 406, 415, 416, 420, 501.</summary>
    /// <remarks>Max-Forwards 0 is no fault for the element that a request ends at; see <see cref="CheckForwarding"/>.</remarks>
    public static int Check(SipMessage request, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(rules);
        if (!rules.Allows(request.Method)) return request.Method == SipMethod.Unknown ? 501 : 405;     // §8.2.1; §21.5.2
        if (!KnowsScheme(request.RequestUri, rules)) return 416;                                       // §8.2.2.1
        if (!AddressesAreGood(request)) return 400;
        if (request.Method is SipMethod.Ack or SipMethod.Cancel) return 0;                              // §8.2.2.3: no Require there
        foreach (ReadOnlySpan<byte> tag in request.All(SipHeaderId.Require))
            if (!rules.Supports(tag)) return 420;
        return request.Method is SipMethod.Invite or SipMethod.Update or SipMethod.Prack ? CheckBody(request, rules) : 0;
    }

    /// <summary>The status that stops a request from going on through us to a next hop: 483 at Max-Forwards 0 (§16.3), else 0.</summary>
    public static int CheckForwarding(SipMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.MaxForwards == 0 ? 483 : 0;
    }

    /// <summary>The Max-Forwards of a request that leaves because of this one (§16.6 step 3): one less, or 70 where it had none.</summary>
    public static int NextMaxForwards(SipMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.MaxForwards < 0 ? 70 : Math.Max(0, request.MaxForwards - 1);
    }

    /// <summary>True when a Via says that the request came through the element at <paramref name="host"/> and <paramref name="port"/>
    /// before: a loop (§16.3) or a spiral.</summary>
    /// <remarks>Host and port both count (phones and gateways share our address). A Via without a port means its transport's
    /// default.</remarks>
    public static bool HasPassed(SipMessage request, ReadOnlySpan<byte> host, int port)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (ReadOnlySpan<byte> value in request.All(SipHeaderId.Via))
        {
            if (!Via.TryParse(value, out Via via)) continue;
            int viaPort = via.Port != 0 ? via.Port : Ascii.EqualsIgnoreCase(via.Transport, "TLS"u8) ? 5061 : 5060;
            if (viaPort == port && Ascii.EqualsIgnoreCase(via.Host, host)) return true;
        }
        return false;
    }

    /// <summary>Writes the fields that a refusal must carry: Allow with 405, Accept with 415 and 406, Unsupported with 420.</summary>
    public static void WriteFields(scoped ref SipWriter writer, int status, SipMessage request, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(rules);
        if (status is 405 or 501) writer.Header(SipHeaderId.Allow, rules.Allow.Span);
        if (status is 415 or 406) writer.Header(SipHeaderId.Accept, rules.Accept.Span);
        if (status is 415) writer.Header(SipHeaderId.AcceptEncoding, "identity"u8);
        if (status is not 420) return;
        bool any = false;
        foreach (ReadOnlySpan<byte> tag in request.All(SipHeaderId.Require))
        {
            if (rules.Supports(tag)) continue;
            if (!any) writer.BeginHeader(SipHeaderId.Unsupported);
            else writer.Text(", "u8);
            any = true;
            writer.Text(tag);
        }
        if (any) writer.EndHeader();
    }

    static bool KnowsScheme(ReadOnlySpan<byte> uri, RequestRules rules)
    {
        ReadOnlySpan<byte> scheme = SipScheme.Of(uri);
        return SipScheme.IsSip(scheme) || (rules.TelUris && Ascii.EqualsIgnoreCase(scheme, "tel"u8));
    }

    /// <summary>The fields that later requests and bindings are made of must be whole (RFC 4475 §3.1.2.13).</summary>
    static bool AddressesAreGood(SipMessage request)
    {
        foreach (ReadOnlySpan<byte> value in request.All(SipHeaderId.Contact))
            if (!Contact.TryParse(value, out Contact contact) || (contact.IsStar && request.Method != SipMethod.Register)) return false;
        return AllAre(request, SipHeaderId.Route) && AllAre(request, SipHeaderId.RecordRoute) && AllAre(request, SipHeaderId.Path)
            && (request.Method != SipMethod.Register || RegistersSip(request));
    }

    static bool AllAre(SipMessage request, SipHeaderId routes)
    {
        foreach (ReadOnlySpan<byte> value in request.All(routes))
            if (!NameAddr.TryParse(value, out NameAddr address) || !address.Bracketed) return false;
        return true;
    }

    /// <summary>An address-of-record is a SIP or SIPS URI (§10.2; RFC 4475 §3.3.4).</summary>
    static bool RegistersSip(SipMessage request) =>
        NameAddr.TryParse(request.First(SipHeaderId.To), out NameAddr to) && SipScheme.IsSip(SipScheme.Of(to.Uri));

    static int CheckBody(SipMessage request, RequestRules rules)
    {
        if (!request.Body.IsEmpty && !IsOptional(request))
        {
            foreach (ReadOnlySpan<byte> coding in request.All(SipHeaderId.ContentEncoding))
                if (!Ascii.EqualsIgnoreCase(coding, "identity"u8)) return 415;
            if (!rules.AcceptsBody(MediaType(request.First(SipHeaderId.ContentType)))) return 415;     // §8.2.3
        }
        if (request.Method != SipMethod.Invite || !request.Has(SipHeaderId.Accept)) return 0;
        foreach (ReadOnlySpan<byte> range in request.All(SipHeaderId.Accept))
            if (rules.ProducesFor(MediaType(range))) return 0;
        return 406;                                                                                     // RFC 4475 §3.3.15
    }

    static bool IsOptional(SipMessage request)
    {
        ReadOnlySpan<byte> disposition = request.First(SipHeaderId.ContentDisposition);
        int parameters = disposition.IndexOf((byte)';');
        return parameters >= 0 && new SipParameters(disposition[parameters..]).TryGet("handling"u8, out ReadOnlySpan<byte> handling)
            && Ascii.EqualsIgnoreCase(handling, "optional"u8);
    }

    /// <summary>type/subtype without parameters.</summary>
    public static ReadOnlySpan<byte> MediaType(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)';');
        return SipGrammar.Trim(end < 0 ? value : value[..end]);
    }
}
