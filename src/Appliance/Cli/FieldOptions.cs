using System.CommandLine;
using Tandem.Http;

namespace Tandem.Cli;

/// <summary>The fields of an input record on the command line: some are arguments, the rest are options named like them.</summary>
internal sealed class FieldOptions<T>
{
    private const string FromInput = "-";
    private readonly IReadOnlyList<TextField> _fields = TextField.Of<T>();
    private readonly Dictionary<TextField, Symbol> _symbols = [];

    /// <param name="arguments">The fields that are arguments, in this order.</param>
    public FieldOptions(params IReadOnlyList<string> arguments)
    {
        foreach (string name in arguments)
        {
            TextField field = _fields.First(field => field.Name == name);
            _symbols[field] = new Argument<string>(Kebab(field)) { Description = field.Description };
        }
        foreach (TextField field in _fields.Where(field => !_symbols.ContainsKey(field)))
            _symbols[field] = new Option<string?>("--" + Kebab(field))
            {
                Description = field.Description,
                Arity = field.Type == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                HelpName = field.Words.Length > 0 ? field.Words.Replace(", ", "|", StringComparison.Ordinal) : null,
            };
    }

    public Command AddTo(Command command)
    {
        foreach (Symbol symbol in _symbols.Values)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }
        return command;
    }

    /// <exception cref="ApiException">A field is not what it should be.</exception>
    public T Read(CliSession session, ParseResult parse) => TextField.Read<T>(_fields, field =>
    {
        if (_symbols[field] is Argument<string> argument) return parse.GetRequiredValue(argument);
        var option = (Option<string?>)_symbols[field];
        if (parse.GetResult(option) is not { Implicit: false } result) return null;
        if (field.Name == CsvApi.Secret && parse.GetValue(option) == FromInput) return session.In.ReadLine() ?? "";
        return result.Tokens.Count == 0 ? "true" : parse.GetValue(option);    // --register is --register true
    });

    private static string Kebab(TextField field) => field.Name.Replace('_', '-');
}
