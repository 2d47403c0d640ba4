using System.CommandLine;
using System.Globalization;
using Tandem.Http;
using Tandem.Routing;
using Tandem.Trunks;

namespace Tandem.Cli;

/// <summary><c>tandem gateway</c>: the hosts of a carrier.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliSession session) => new("gateway", "The hosts of a carrier.")
    {
        ObjectCommands.Set(session, "set", "Adds a gateway or changes it.", CarrierApi.SetGateway,
            gateway => $"Gateway {gateway.Name} of carrier {gateway.Carrier} is {gateway.Uri}{(gateway.Draining ? ", draining" : gateway.Enabled ? "" : ", disabled")}.", "carrier", "name"),
        List(session),
        Drain(session, "drain", true, "Takes a gateway out of service: it gets no new calls, those it has go on."),
        Drain(session, "undrain", false, "Puts a gateway back into service."),
        ObjectCommands.Remove(session, "Removes a gateway; calls that it has go on.", CarrierApi.RemoveGateway, key => $"Gateway {key.Name} of carrier {key.Carrier} removed.",
            "carrier", "name"),
        ObjectCommands.Import(session, CsvKind.Gateways, canReplace: true), ObjectCommands.Export(session, CsvKind.Gateways),
    };

    private static Command List(CliSession session)
    {
        Argument<string?> carrier = new("carrier") { Description = "Only those of this carrier.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the gateways.") { carrier, json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<Gateway> all = await client.AskAsync(CarrierApi.Gateways, new CarrierApi.GatewayQuery(parse.GetValue(carrier)), cancellation).ConfigureAwait(false);
            TrunkStatus now = await client.AskAsync(TrunkApi.Status, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json))
                session.PrintJson(all.Select(gateway => new { gateway, status = now.FindGateway(gateway.Carrier, gateway.Name) }).ToList());
            else
                session.PrintTable(["Carrier", "Gateway", "Address", "Priority", "Weight", "State", "Since (UTC)", "Latency", "Last code", "Calls"],
                    all.Select(gateway => Row(gateway, now.FindGateway(gateway.Carrier, gateway.Name))),
                    "There are no gateways. To add one: tandem gateway set CARRIER 1 --uri sip:HOST");
        }, cancellation));
        return command;
    }

    private static string?[] Row(Gateway gateway, GatewayReport? now) =>
    [
        gateway.Carrier, gateway.Name, gateway.Uri, $"{gateway.Priority}", $"{gateway.Weight}",
        now?.State ?? (gateway.Draining ? "draining" : gateway.Enabled ? "enabled" : "disabled"),
        now is null ? null : ObjectText.Time(now.Since),
        now?.LatencyMs is { } latency ? string.Create(CultureInfo.InvariantCulture, $"{latency:0.0} ms") : null,
        now?.LastCode?.ToString(CultureInfo.InvariantCulture), now?.Calls.ToString(CultureInfo.InvariantCulture),
    ];

    private static Command Drain(CliSession session, string name, bool draining, string description)
    {
        Argument<string> carrier = new("carrier") { Description = "The carrier that it belongs to." };
        Argument<string> gateway = new("name") { Description = "The gateway's name." };
        var command = new Command(name, description) { carrier, gateway };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            var fields = new GatewayFields { Carrier = parse.GetRequiredValue(carrier), Name = parse.GetRequiredValue(gateway), Draining = draining };
            Gateway set = await client.AskAsync(CarrierApi.SetGateway, fields, cancellation).ConfigureAwait(false);
            session.Say($"Gateway {set.Name} of carrier {set.Carrier} {(set.Draining ? "gets no new calls; those it has go on" : "takes calls again")}.");
        }, cancellation));
        return command;
    }
}
