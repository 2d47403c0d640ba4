using System.Text;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>Who the peer is: whose requests are taken, and whose challenges are answered.</summary>
public sealed partial class InviteSession
{
    private const int MaxChallenges = 2;    // the second where the nonce of the first was stale

    /// <summary>Whether a request of one of this session's dialogs comes from the peer of that dialog; the log tells of others.</summary>
    internal bool IsFromPeer(SipMessage request, SipFlow flow)
    {
        if (IsFromPeer(LegOf(request)!, flow)) return true;
        SignallingLog.WrongSource(_agent.Log, CallId, request.Method, flow);
        return false;
    }

    /// <summary>A request in a dialog with a phone of ours comes from where it is; NAT may change the port, a new registration the address.</summary>
    private bool IsFromPeer(DialogLeg leg, SipFlow flow)
    {
        if (leg.Peer is not { } user || leg.Flow is not { } known || ReferenceEquals(known, flow)) return true;
        return known.Remote.Address.Equals(flow.Remote.Address) || ReferenceEquals(known.Current, flow) || (_agent.IsRegisteredAt?.Invoke(user, flow) ?? false);
    }

    /// <summary>Header lines that answer a challenge; null where it is none, or not from where the request went.</summary>
    private IReadOnlyList<KeyValuePair<string, string>>? AnswerTo(ClientTransaction transaction, SipMessage? response, ReadOnlyMemory<byte> requestUri) =>
        response is { StatusCode: 401 or 407 } && OnChallenge is { } answer && transaction.AnsweredBy is { } source
        && source.Remote.Address.Equals(transaction.Flow.Remote.Address) ? answer(response, transaction.Method, requestUri) : null;

    private IReadOnlyList<KeyValuePair<string, string>>? AnswerTo(ClientTransaction transaction, SipMessage? response, DialogLeg leg) =>
        AnswerTo(transaction, response, leg.State.Route().RequestUri);

    private static void WriteLines(ref SipWriter writer, IReadOnlyList<KeyValuePair<string, string>> lines)
    {
        for (int i = 0; i < lines.Count; i++) writer.Header(Encoding.UTF8.GetBytes(lines[i].Key), lines[i].Value);
    }
}
