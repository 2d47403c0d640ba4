using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tandem.Configuration;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary>What every command shares: the global options, where it reads and writes, how it fails.</summary>
internal sealed class CliSession
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It could not be done; a line on standard error says why and what to do.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the settings are wrong.</summary>
    public const int Misused = 2;

    public CliSession(TextReader input, TextWriter output, TextWriter error)
    {
        In = input;
        Out = output;
        Error = error;
    }

    public Option<string?> Data { get; } = new("--data") { Description = "Data folder (default: ./data, or data.folder of the settings).", HelpName = "DIR", Recursive = true };

    public Option<string?> Config { get; } = new("--config") { Description = "Settings file (default: tandem.toml in the data folder, here, or in /etc/tandem).", HelpName = "FILE", Recursive = true };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting for this command only: section.key=value. May be repeated.",
        HelpName = "KEY=VALUE",
        Recursive = true,
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    };

    public TextReader In { get; }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>An option of every command that lists.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON instead of a table." };

    /// <exception cref="StartException">The settings are wrong.</exception>
    public TandemOptions Options(ParseResult parse) =>
        OptionsLoader.Load(parse.GetValue(Config), parse.GetValue(Data), parse.GetValue(Set) ?? []);

    /// <summary>Carries a command out and turns every expected failure into one message and an exit code.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (StartException error)
        {
            Explain(error.Message, error.Advice);
            return error is SettingsException ? Misused : Failed;
        }
        catch (ApiException error)
        {
            Explain(error.Message, error.Advice);
            return error.Status == 400 ? Misused : Failed;
        }
        catch (DbException error)
        {
            Explain($"The database refused: {error.Message}", "To see what is wrong: tandem check");
            return Failed;
        }
        catch (HttpRequestException error)
        {
            Explain($"The running appliance did not answer: {error.Message}", "See its log; to look again: tandem status");
            return Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Explain(error.Message, "");
            return Failed;
        }
    }

    /// <summary>Runs a command against the appliance, running or not.</summary>
    public Task<int> AskAsync(ParseResult parse, Func<ApplianceClient, Task> command, CancellationToken cancellation) => GuardAsync(async () =>
    {
        TandemOptions options = Options(parse);
        ApplianceClient client = await SocketClient.TryConnectAsync(options.Data.ControlSocket, cancellation).ConfigureAwait(false)
            ?? (ApplianceClient)await DirectClient.OpenAsync(options, cancellation).ConfigureAwait(false);
        await using (client.ConfigureAwait(false)) await command(client).ConfigureAwait(false);
        return Done;
    });

    /// <summary>A password from <paramref name="option"/>, else from standard input where that is a pipe or file; null: to be made.</summary>
    public string? ReadPassword(string? option)
    {
        if (option is not null) return option;
        if (ReferenceEquals(In, Console.In) && !Console.IsInputRedirected) return null;
        string? line = In.ReadLine();
        return string.IsNullOrEmpty(line) ? null : line;
    }

    public void Say(string line) => Out.WriteLine(line);

    public void Explain(string message, string advice)
    {
        Error.WriteLine(message);
        if (advice.Length > 0) Error.WriteLine(advice);
    }

    /// <param name="socket">Where nobody answers.</param>
    public void ExplainNotRunning(string socket) => Explain($"No appliance is running on the data folder {Path.GetDirectoryName(socket)}.", "To start one: tandem run");

    public void PrintJson<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, ApiJson.Indented));

    /// <param name="whenEmpty">Said instead of a table without rows.</param>
    public void PrintTable(string[] columns, IEnumerable<string?[]> rows, string whenEmpty)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in columns) table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column)}[/]")) { NoWrap = column != columns[^1] });
        foreach (string?[] row in rows) table.AddRow(row.Select(cell => (IRenderable)new Text(cell ?? "")));
        if (table.Rows.Count == 0) Say(whenEmpty);
        else Render(table);
    }

    public void Render(IRenderable what)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) });
        if (!ReferenceEquals(Out, Console.Out) || Console.IsOutputRedirected) console.Profile.Width = 200;    // a file has no width
        console.Write(what);
    }
}
