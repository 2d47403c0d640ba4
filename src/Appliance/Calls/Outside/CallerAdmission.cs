using System.Net;
using Sip.Core.Messages;
using Tandem.Routing;
using Tandem.Signalling;
using Tandem.Trunks;

namespace Tandem.Calls.Outside;

/// <summary>
/// Who may call: carriers by their addresses, or those that have a digest account by that alone, trusted networks, and users with a password. What an INVITE
/// says of itself (Via, From, asserted identities) makes nobody a carrier; and a carrier's call reaches our numbers only, so that a forged UDP source wins nothing.
/// </summary>
internal static class CallerAdmission
{
    /// <param name="namesAwaited">DNS has not said yet where all gateways are: a stranger may be one of them.</param>
    public static RequestVerdict Judge(IncomingRequest request, CarrierSources sources, IReadOnlyList<IPNetwork> trusted, RoutingDirectory routing,
        RequestAuthenticator authenticator, bool namesAwaited)
    {
        if (request.Message.Method != SipMethod.Invite) return authenticator.Admit(request);
        IPAddress source = request.Flow.Remote.Address;
        Carrier? carrier = sources.Find(source);
        if (carrier is { InboundUser: null }) return RequestVerdict.Admit() with { Carrier = carrier.Name, Terms = CarrierTerms.Of(carrier) };
        if (carrier is null)
        {
            foreach (IPNetwork network in trusted)
                if (network.Contains(source)) return RequestVerdict.Admit();
        }
        RequestVerdict verdict = authenticator.Admit(request);
        if (carrier is null && namesAwaited && verdict.Status is (401 or 407) && !request.Flow.IsReliable) return verdict with { IsPutOff = true };
        return verdict.User is { } user && routing.FindCarrierOfUser(user) is { } account ? verdict with { Carrier = account.Name, Terms = CarrierTerms.Of(account) } : verdict;
    }
}
