using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary><c>tandem token</c>: what programs log in with.</summary>
internal static class TokenCommand
{
    public static Command Create(CliSession session) => new("token", "What programs log in to the API with.") { Add(session), List(session), Remove(session) };

    private static Command Add(CliSession session)
    {
        Argument<string> name = new("name") { Description = "What the token is for." };
        Option<string> person = new("--person") { Description = "Whose token it is; it may no more than that person.", Required = true };
        Option<string[]> scopes = new("--scope") { Description = "AREA:read or AREA:write, for example calls:read; *:read; *. May be repeated.", Required = true };
        Option<int> days = new("--days") { Description = "Days until it expires.", DefaultValueFactory = _ => 90 };
        var command = new Command("add", "Makes a token and shows it once.") { name, person, scopes, days };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            TokenApi.TokenSecret made = await client.AskAsync(TokenApi.Add, new TokenApi.NewToken(parse.GetRequiredValue(name), parse.GetRequiredValue(scopes),
                parse.GetRequiredValue(days), parse.GetRequiredValue(person)), cancellation).ConfigureAwait(false);
            session.Say($"Token {made.Id} of {made.Person}, until {ObjectText.Time(made.ExpiresAt)} UTC.");
            session.Say($"{made.Token}   (shown once; only a hash is kept)");
        }, cancellation));
        return command;
    }

    private static Command List(CliSession session)
    {
        Option<bool> json = CliSession.JsonOption();
        var command = new Command("list", "Lists the tokens.") { json };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            IReadOnlyList<TokenApi.TokenView> tokens = await client.AskAsync(TokenApi.List, Nothing.Value, cancellation).ConfigureAwait(false);
            if (parse.GetValue(json)) session.PrintJson(tokens);
            else
                session.PrintTable(["Id", "Person", "Scopes", "Until (UTC)", "Last used (UTC)", "For"], tokens.Select(token => new[]
                {
                    $"{token.Id}", token.Person, string.Join(' ', token.Scopes), ObjectText.Time(token.ExpiresAt), token.LastUsedAt is { } used ? ObjectText.Time(used) : "never", token.Name,
                }), "There are no tokens.");
        }, cancellation));
        return command;
    }

    private static Command Remove(CliSession session)
    {
        Argument<int> id = new("id") { Description = "As tandem token list shows it." };
        var command = new Command("remove", "Makes a token worthless.") { id };
        command.SetAction((parse, cancellation) => session.AskAsync(parse, async client =>
        {
            await client.AskAsync(TokenApi.Remove, new TokenApi.TokenId(parse.GetRequiredValue(id)), cancellation).ConfigureAwait(false);
            session.Say($"Token {parse.GetValue(id)} is removed.");
        }, cancellation));
        return command;
    }
}
