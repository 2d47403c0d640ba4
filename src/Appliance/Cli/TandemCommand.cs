using System.CommandLine;

namespace Tandem.Cli;

/// <summary>The command line of the appliance.</summary>
public static class TandemCommand
{
    /// <returns>0 done, 1 it could not be done, 2 wrong usage or settings.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error)
    {
        var session = new CliSession(input, output, error);
        var root = new RootCommand("Tandem, a telephone system in one program.")
        {
            session.Data,
            session.Config,
            session.Set,
            RunCommand.Create(session),
            InitCommand.Create(session),
            CheckCommand.Create(session),
            StatusCommand.Create(session),
            UserCommand.Create(session),
            AgentCommand.Create(session),
            MenuCommand.Create(session),
            ExtensionCommand.Create(session),
            CarrierCommand.Create(session),
            GatewayCommand.Create(session),
            DidCommand.Create(session),
            RouteCommand.Create(session),
            GroupCommand.Create(session),
            NumberCommand.Create(session),
            CallsCommand.Create(session),
            EventsCommand.Create(session),
            PersonCommand.Create(session),
            TokenCommand.Create(session),
            RegistrationCommand.Create(session),
            AuditCommand.Create(session),
            SayCommand.Create(session),
            BanCommand.Create(session),
            FraudCommand.Create(session),
            ReloadCommand.Create(session),
        };
        ParseResult parse = root.Parse(arguments);
        int code = await parse.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // The appliance and its host answer signals themselves: calls get their BYE first.
            ProcessTerminationTimeout = null,
        }).ConfigureAwait(false);
        return parse.Errors.Count > 0 ? CliSession.Misused : code;
    }
}
