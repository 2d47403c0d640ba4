using System.CommandLine;
using Tandem.Http;
using Tandem.Routing;
using Tandem.Trunks;

namespace Tandem.Cli;

/// <summary><c>tandem carrier</c>: the providers that calls come from and go to.</summary>
internal static class CarrierCommand
{
    public static Command Create(CliSession session) => new("carrier", "The providers that calls come from and go to.")
    {
        ObjectCommands.Set(session, "add", "Adds a carrier. Give it a gateway next: tandem gateway set CARRIER NAME --uri sip:host", CarrierApi.Add,
            carrier => $"Carrier {carrier.Name} added. Next: tandem gateway set {carrier.Name} 1 --uri sip:HOST", "name"),
        ObjectCommands.Set(session, "set", "Changes what a carrier has; \"\" takes a text away.", CarrierApi.Change, carrier => $"Carrier {carrier.Name} changed.", "name"),
        List(session),
        Show(session),
        ObjectCommands.Remove(session, "Removes a carrier with its gateways.", CarrierApi.Remove, key => $"Carrier {key.Name} removed.", "name"),
        ObjectCommands.Import(session, CsvKind.Carriers, canReplace: false), ObjectCommands.Export(session, CsvKind.Carriers),
    };

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the carriers and how our registrations with them are.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<Carrier> all = await client.AskAsync(CarrierApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            TrunkStatus now = await client.AskAsync(TrunkApi.Status, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(all.Select(carrier => new { carrier, registration = now.FindRegistration(carrier.Name) }).ToList());
            else
                session.PrintTable(["Carrier", "Enabled", "Sources", "Account", "Registration", "Format", "Limit", "Cost"],
                    all.Select(carrier => Row(carrier, now.FindRegistration(carrier.Name))), "There are no carriers. To add one: tandem carrier add acme");
        }, cancellation));
        return command;
    }

    private static string?[] Row(Carrier carrier, RegistrationReport? now) =>
    [
        carrier.Name, carrier.Enabled ? "yes" : "no", string.Join(' ', carrier.Sources), carrier.AuthUser ?? carrier.InboundUser,
        !carrier.Register ? "no" : now is null ? "yes" : now.Problem is null ? now.State : $"{now.State}: {now.Problem}",
        ObjectText.Word(carrier.Format), carrier.MaxCalls == 0 ? "" : $"{carrier.MaxCalls}", ObjectText.Number(carrier.Cost),
    ];

    private static Command Show(CliSession session)
    {
        Argument<string> name = new("name") { Description = "The carrier's name." };
        var command = new Command("show", "Shows all that a carrier has, as JSON; a password only as whether there is one.") { name };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
            session.PrintJson(await client.AskAsync(CarrierApi.Show, new CarrierApi.CarrierName(parse.GetRequiredValue(name)), cancellation).ConfigureAwait(false)), cancellation));
        return command;
    }
}
