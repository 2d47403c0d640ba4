using System.CommandLine;
using System.Globalization;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem calls</c>: the latest calls, those going on, or one with its legs.</summary>
internal static class CallsCommand
{
    public static Command Create(CliSession session)
    {
        Argument<string?> id = new("id") { Description = "A call id, to see that call with its legs.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> active = new("--active") { Description = "Only calls going on." };
        Option<int> limit = new("--limit") { Description = "How many of the latest calls.", DefaultValueFactory = _ => 20 };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("calls", "Shows the latest calls, those going on, or one call.") { id, active, limit, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            if (parse.GetValue(id) is { } call)
            {
                Show(session, await client.AskAsync(CallApi.Show, new CallApi.CallId(call), cancellation).ConfigureAwait(false), parse.GetValue(json));
                return;
            }
            IReadOnlyList<CallApi.CallView> calls = await client.AskAsync(CallApi.List,
                new CallApi.CallQuery(parse.GetValue(limit), parse.GetValue(active)), cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(calls);
            else
                session.PrintTable(["Started (UTC)", "From", "To", "Status", "Seconds", "Agent", "Call", "Reason"], calls.Select(Row),
                    parse.GetValue(active) ? "No calls at the moment." : "No calls yet. Dial 9999 from a registered phone.");
        }, cancellation));
        return command;
    }

    private static string?[] Row(CallApi.CallView call) =>
        [Time(call.StartTime), call.From, call.To, call.Status, $"{call.Duration}", call.AgentExtension, call.CallId, call.Reason];

    private static void Show(CliSession session, CallApi.CallDetail detail, bool json)
    {
        if (json)
        {
            session.PrintJson(detail);
            return;
        }
        session.Say($"{detail.Call.CallId}: {detail.Call.From} to {detail.Call.To}, {detail.Call.Status}, {Time(detail.Call.StartTime)} UTC, "
            + $"{detail.Call.Duration ?? 0} s. {detail.Call.Reason}");
        session.PrintTable(["Leg", "Way", "Peer", "Transport", "Codec", "SIP", "Sent", "Received", "Lost", "Jitter ms", "RTT ms", "Cause", "SIP Call-ID"],
            detail.Legs.Select(leg => new[]
            {
                $"{leg.Leg}", leg.Direction, leg.Peer, leg.Transport, leg.Codec, $"{leg.SipStatus}", $"{leg.PacketsSent}", $"{leg.PacketsReceived}",
                $"{leg.PacketsLost}", Number(leg.JitterMs), leg.RttMs is { } rtt ? Number(rtt) : "", leg.Cause, leg.SipCallId,
            }), "It has no legs.");
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
