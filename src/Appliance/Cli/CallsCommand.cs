using System.CommandLine;
using System.Globalization;
using Tandem.Calls;
using Tandem.Http;
using Tandem.Media.Recording;

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
        var command = new Command("calls", "Shows the latest calls, those going on, or one call.") { id, active, limit, json, Record(session), HangUp(session), Transfer(session) };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            if (parse.GetValue(id) is { } call)
            {
                Show(session, await client.AskAsync(CallApi.Show, new CallApi.CallId(call), cancellation).ConfigureAwait(false), parse.GetValue(json));
                return;
            }
            IReadOnlyList<CallApi.CallView> calls = (await client.AskAsync(CallApi.List,
                new CallApi.CallQuery(parse.GetValue(limit), parse.GetValue(active)), cancellation).ConfigureAwait(false)).Items;
            if (parse.GetValue(json)) session.PrintJson(calls);
            else
                session.PrintTable(["Started (UTC)", "From", "To", "Status", "Seconds", "Agent", "Call", "Reason"], calls.Select(Row),
                    parse.GetValue(active) ? "No calls at the moment." : "No calls yet. Dial 9999 from a registered phone.");
        }, cancellation));
        return command;
    }

    private static Command Record(CliSession session)
    {
        Argument<string> id = new("call-id") { Description = "A call that goes on." };
        (RecordingAction Action, Option<bool> Option)[] actions =
        [
            (RecordingAction.Start, new("--start") { Description = "Record it from now on." }),
            (RecordingAction.Stop, new("--stop") { Description = "End the recording." }),
            (RecordingAction.Pause, new("--pause") { Description = "Record silence, for what must not be kept." }),
            (RecordingAction.Resume, new("--resume") { Description = "Record sound again." }),
        ];
        var command = new Command("record", "Starts, stops, pauses or resumes the recording of a call.") { id };
        foreach ((_, Option<bool> option) in actions) command.Add(option);
        command.Validators.Add(result =>
        {
            if (actions.Count(one => result.GetValue(one.Option)) != 1) result.AddError("Give one of --start, --stop, --pause and --resume.");
        });
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            RecordingAction action = actions.First(one => parse.GetValue(one.Option)).Action;
            CallApi.RecordingView recording = await client.AskAsync(CallApi.Record,
                new CallApi.RecordCall(parse.GetRequiredValue(id), action.ToString().ToLowerInvariant()), cancellation).ConfigureAwait(false);
            session.Say($"{recording.State}: {recording.Path}{(recording.Problem is { } problem ? $" (not whole: {problem})" : "")}");
        }, cancellation));
        return command;
    }

    private static Command HangUp(CliSession session)
    {
        Argument<string> id = new("call-id") { Description = "A call that goes on." };
        var command = new Command("hangup", "Ends a call.") { id };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(LiveCallApi.HangUp, new LiveCallApi.LiveCallId(parse.GetRequiredValue(id)), cancellation).ConfigureAwait(false);
            session.Say($"Call {parse.GetValue(id)} is ended.");
        }, cancellation));
        return command;
    }

    private static Command Transfer(CliSession session)
    {
        Argument<string> id = new("call-id") { Description = "A call in which two parties talk, or whose caller is in a menu." };
        Argument<string> to = new("to") { Description = "The number to ring for it." };
        Option<Party> party = new("--party") { Description = "Who goes on to it: caller or callee.", DefaultValueFactory = _ => Party.Caller };
        var command = new Command("transfer", "Connects a party to somebody else; who it talks to is let go when somebody answers there.") { id, to, party };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            var order = new LiveCallApi.TransferCall(parse.GetRequiredValue(id), parse.GetRequiredValue(to), parse.GetValue(party));
            await client.AskAsync(LiveCallApi.Transfer, order, cancellation).ConfigureAwait(false);
            session.Say($"The {order.Party.ToString().ToLowerInvariant()} is connected to {order.To}.");
        }, cancellation));
        return command;
    }

    private static string?[] Row(CallApi.CallView call) =>
        [ObjectText.Time(call.StartTime), call.From, call.To, call.Status, $"{call.Duration}", call.AgentExtension, call.CallId, call.Reason];

    private static void Show(CliSession session, CallApi.CallDetail detail, bool json)
    {
        if (json)
        {
            session.PrintJson(detail);
            return;
        }
        session.Say($"{detail.Call.CallId}: {detail.Call.From} to {detail.Call.To}, {detail.Call.Status}, {ObjectText.Time(detail.Call.StartTime)} UTC, "
            + $"{detail.Call.Duration ?? 0} s. {detail.Call.Reason}");
        if (detail.Call.RecordingUrl is { } recording) session.Say($"Recording: {recording}");
        session.PrintTable(["Leg", "Way", "Peer", "Transport", "Codec", "Sound", "Encryption", "SIP", "Sent", "Received", "Lost", "Jitter ms", "RTT ms", "MOS", "MOS there", "Cause", "SIP Call-ID"],
            detail.Legs.Select(leg => new[]
            {
                $"{leg.Leg}", leg.Direction, leg.Peer, leg.Transport, leg.Codec, leg.Bridging, leg.Encryption, $"{leg.SipStatus}", $"{leg.PacketsSent}", $"{leg.PacketsReceived}",
                $"{leg.PacketsLost}", Number(leg.JitterMs), leg.RttMs is { } rtt ? Number(rtt) : "", leg.Mos is { } mos ? Number(mos) : "",
                leg.RemoteMos is { } there ? Number(there) : "", leg.Cause, leg.SipCallId,
            }), "It has no legs.");
    }

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
