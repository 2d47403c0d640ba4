using System.CommandLine;
using Tandem.Http;
using Tandem.Storage;

namespace Tandem.Cli;

/// <summary><c>tandem agent</c>: the people a menu can hand callers to.</summary>
internal static class AgentCommand
{
    public static Command Create(CliSession session) => new("agent", "The people a menu can hand callers to.")
    {
        Add(session), List(session), Status(session), Remove(session),
    };

    private static Argument<string> Extension() => new("extension") { Description = "The extension that rings the agent." };

    private static Command Add(CliSession session)
    {
        Argument<string> extension = Extension();
        Option<string?> name = new("--name") { Description = "The agent's name." };
        Option<string?> email = new("--email") { Description = "The agent's e-mail address." };
        var command = new Command("add", "Adds an agent.") { extension, name, email };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            Agent agent = await client.AskAsync(AgentApi.Add,
                new AgentApi.NewAgent(parse.GetRequiredValue(extension), parse.GetValue(name), parse.GetValue(email)), cancellation).ConfigureAwait(false);
            session.Say($"Agent {agent.Extension} added.");
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the agents and their calls.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<Agent> agents = await client.AskAsync(AgentApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(agents);
            else
                session.PrintTable(["Extension", "Status", "Calls now", "Calls in all", "E-mail", "Name"],
                    agents.Select(agent => new[] { agent.Extension, agent.Status, $"{agent.CurrentCalls}", $"{agent.TotalCalls}", agent.Email, agent.Name }),
                    "There are no agents. To add one: tandem agent add 1001 --name NAME");
        }, cancellation));
        return command;
    }

    private static Command Status(CliSession session)
    {
        Argument<string> extension = Extension();
        Argument<string> status = new("status") { Description = "available or offline." };
        status.AcceptOnlyFromAmong(AgentStatus.Available, AgentStatus.Offline);
        var command = new Command("status", "Takes an agent out of service or back in.") { extension, status };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            Agent agent = await client.AskAsync(AgentApi.Status,
                new AgentApi.NewStatus(parse.GetRequiredValue(extension), parse.GetRequiredValue(status)), cancellation).ConfigureAwait(false);
            session.Say($"Agent {agent.Extension} is {agent.Status}.");
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<string> extension = Extension();
        var command = new Command("remove", "Removes an agent; past calls keep its extension.") { extension };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(AgentApi.Remove, new AgentApi.AgentExtension(parse.GetRequiredValue(extension)), cancellation).ConfigureAwait(false);
            session.Say($"Agent {parse.GetValue(extension)} removed.");
        }, cancellation));
        return command;
    }
}
