using System.CommandLine;
using Tandem.Configuration;
using Tandem.Storage;

namespace Tandem.Cli;

/// <summary><c>tandem init</c>: writes the documented settings file and makes data folder, database and first users.</summary>
internal static class InitCommand
{
    public static Command Create(CliSession session)
    {
        Option<bool> print = new("--print") { Description = "Print the documented settings and do nothing else." };
        var command = new Command("init", "Writes a settings file with every key documented, and prepares the data folder.") { print };
        command.SetAction((parse, cancellation) => session.GuardAsync(async () =>
        {
            if (parse.GetValue(print))
            {
                await session.Out.WriteAsync(OptionsFile.Text()).ConfigureAwait(false);
                return CliSession.Done;
            }
            string file = parse.GetValue(session.Config) ?? OptionsLoader.FileName;
            if (File.Exists(file)) session.Say($"{Path.GetFullPath(file)} is there already and stays as it is.");
            else
            {
                await File.WriteAllTextAsync(file, OptionsFile.Text(), cancellation).ConfigureAwait(false);
                session.Say($"{Path.GetFullPath(file)} written: every setting with its default.");
            }
            TandemOptions options = OptionsLoader.Load(file, parse.GetValue(session.Data), parse.GetValue(session.Set) ?? []);
            DataFolder.Prepare(options.Data.Folder);
            await using Database database = await Database.OpenAsync(options.Database, cancellation).ConfigureAwait(false);
            Announce(session, await FirstStart.FillAsync(database, options.Sip.Realm, DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false));
            session.Say($"Data folder {options.Data.Folder}, database {database.Place}. Next: tandem check, then tandem run");
            return CliSession.Done;
        }));
        return command;
    }

    /// <summary>Shows passwords that were made, the only time they can be seen.</summary>
    public static void Announce(CliSession session, IReadOnlyList<(string User, string Password)> made)
    {
        if (made.Count == 0) return;
        session.Say("First start: users with these passwords were made. They are shown this once; only hashes are kept.");
        foreach ((string user, string password) in made) session.Say($"  user {user}   password {password}");
        session.Say($"Register a phone as one of them and dial {FirstStart.MenuNumber}. To set another password: tandem user password NAME");
    }
}
