using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary>The commands that every kind of object of routing has in the same form.</summary>
internal static class ObjectCommands
{
    /// <summary>Adds or changes one by its fields.</summary>
    /// <param name="done">What is said of the result.</param>
    public static Command Set<TIn, TOut>(CliSession session, string name, string description, ApiOperation<TIn, TOut> operation, Func<TOut, string> done,
        params IReadOnlyList<string> arguments)
    {
        var fields = new FieldOptions<TIn>(arguments);
        var command = fields.AddTo(new Command(name, description));
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
            session.Say(done(await client.AskAsync(operation, fields.Read(session, parse), cancellation).ConfigureAwait(false))), cancellation));
        return command;
    }

    /// <summary>Removes one by its key.</summary>
    public static Command Remove<TIn>(CliSession session, string description, ApiOperation<TIn, Nothing> operation, Func<TIn, string> done,
        params IReadOnlyList<string> arguments)
    {
        var fields = new FieldOptions<TIn>(arguments);
        var command = fields.AddTo(new Command("remove", description));
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            TIn key = fields.Read(session, parse);
            await client.AskAsync(operation, key, cancellation).ConfigureAwait(false);
            session.Say(done(key));
        }, cancellation));
        return command;
    }

    /// <summary>Lists all as a table or JSON.</summary>
    public static Command List<T>(CliSession session, string description, ApiOperation<Nothing, IReadOnlyList<T>> operation, string[] columns,
        Func<T, string?[]> row, string whenEmpty)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", description) { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<T> all = await client.AskAsync(operation, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(all);
            else session.PrintTable(columns, all.Select(row), whenEmpty);
        }, cancellation));
        return command;
    }

    public static Command Import(CliSession session, CsvKind kind, bool canReplace)
    {
        Argument<string> file = new("file") { Description = "The CSV file; its first line names the columns. -: standard input." };
        Option<bool> dryRun = new("--dry-run") { Description = "Only check the file." };
        Option<bool> replace = new("--replace") { Description = "Remove what the file does not name." };
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("import", "Reads a CSV file: all its rows come into force, or with an error in any of them none.") { file, dryRun, json };
        if (canReplace) command.Add(replace);
        command.SetAction((parse, cancellation) => session.GuardAsync(async () =>
        {
            string path = parse.GetRequiredValue(file);
            string csv = path == "-" ? await session.In.ReadToEndAsync(cancellation).ConfigureAwait(false) : await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false);
            CsvApi.ImportResult? result = null;
            int code = await session.AskAsync(parse, async client => result = await client.AskAsync(CsvApi.Import,
                new CsvApi.ImportRequest(kind, csv, parse.GetValue(dryRun), canReplace && parse.GetValue(replace)), cancellation).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
            if (result is null) return code;
            if (parse.GetValue(json)) session.PrintJson(result);
            else Print(session, result);
            return result.Faults == 0 ? CliSession.Done : CliSession.Failed;
        }));
        return command;
    }

    public static Command Export(CliSession session, CsvKind kind)
    {
        Argument<string?> file = new("file") { Description = "Where to write it; without: standard output.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "Writes all as a CSV file, which import reads again. Passwords are not in it.") { file };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            string csv = (await client.AskAsync(CsvApi.Export, new CsvApi.ExportRequest(kind), cancellation).ConfigureAwait(false)).Csv;
            if (parse.GetValue(file) is { } path) await File.WriteAllTextAsync(path, csv, cancellation).ConfigureAwait(false);
            else await session.Out.WriteAsync(csv).ConfigureAwait(false);
        }, cancellation));
        return command;
    }

    private static void Print(CliSession session, CsvApi.ImportResult result)
    {
        foreach (CsvApi.ImportError error in result.Errors) session.Explain($"Line {error.Line}: {error.Message} {error.Advice}", "");
        if (result.Faults > result.Errors.Count) session.Explain($"And {result.Faults - result.Errors.Count} more.", "");
        string counts = $"{result.Rows} {(result.Rows == 1 ? "row" : "rows")}: {result.Added} new, {result.Changed} changed, {result.Removed} removed";
        if (result.Faults > 0) session.Explain($"{counts}, {result.Faults} with errors. Nothing was changed.", "");
        else session.Say(result.Applied ? $"{counts}." : $"{counts}. A dry run: nothing was changed.");
    }
}
