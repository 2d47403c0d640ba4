using System.CommandLine;
using Tandem.Http;
using Tandem.Routing;

namespace Tandem.Cli;

/// <summary><c>tandem gateway</c>: the hosts of a carrier.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliSession session) => new("gateway", "The hosts of a carrier.")
    {
        ObjectCommands.Set(session, "set", "Adds a gateway or changes it.", CarrierApi.SetGateway,
            gateway => $"Gateway {gateway.Name} of carrier {gateway.Carrier} is {gateway.Uri}{(gateway.Draining ? ", draining" : gateway.Enabled ? "" : ", disabled")}.", "carrier", "name"),
        List(session),
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
            if (parse.GetValue(json)) session.PrintJson(all);
            else
                session.PrintTable(["Carrier", "Gateway", "Address", "Priority", "Weight", "State"],
                    all.Select(gateway => new[]
                    {
                        gateway.Carrier, gateway.Name, gateway.Uri, $"{gateway.Priority}", $"{gateway.Weight}",
                        gateway.Draining ? "draining" : gateway.Enabled ? "enabled" : "disabled",
                    }),
                    "There are no gateways. To add one: tandem gateway set CARRIER 1 --uri sip:HOST");
        }, cancellation));
        return command;
    }
}
