using System.CommandLine;
using System.Globalization;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem say</c>: speaks a text into a WAV file, as a caller would hear it before the telephone line.</summary>
internal static class SayCommand
{
    public static Command Create(CliSession session)
    {
        Argument<string> text = new("text") { Description = "What to say." };
        Option<string> output = new("--output", "-o") { Description = "The WAV file to write.", HelpName = "FILE", Required = true };
        Option<string> voice = new("--voice") { Description = "The voice.", DefaultValueFactory = _ => "default" };
        Option<double> speed = new("--speed") { Description = "0.5 to 2; 1 is normal.", DefaultValueFactory = _ => 1.0 };
        var command = new Command("say", "Speaks a text into a WAV file.") { text, output, voice, speed };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            ApplianceApi.SaidText said = await client.AskAsync(ApplianceApi.Say,
                new ApplianceApi.SayText(parse.GetRequiredValue(text), parse.GetRequiredValue(voice), parse.GetRequiredValue(speed)), cancellation)
                .ConfigureAwait(false);
            string file = Path.GetFullPath(parse.GetRequiredValue(output));
            File.Copy(said.FilePath, file, overwrite: true);
            session.Say(string.Create(CultureInfo.InvariantCulture, $"{file}: {said.Duration:0.00} s."));
        }, cancellation));
        return command;
    }
}
