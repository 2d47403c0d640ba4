using System.Globalization;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Tandem.Configuration;

/// <summary>Reads the keys and values of a TOML text with the line of each.</summary>
internal static class TomlSettings
{
    /// <param name="file">Name for messages; relative paths are taken from its folder.</param>
    /// <param name="errors">Gets what is not TOML, each with file and line.</param>
    public static List<(string Key, int Line, RawSetting Value)> Read(string text, string file, List<string> errors)
    {
        DocumentSyntax document = SyntaxParser.Parse(text, file, validate: true);
        if (document.HasErrors)
        {
            foreach (DiagnosticMessage problem in document.Diagnostics)
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{file}:{problem.Span.Start.Line + 1}: {problem.Message}"));
            return [];
        }
        string folder = file.Length == 0 ? "/" : Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
        List<(string, int, RawSetting)> settings = [];
        foreach (KeyValueSyntax pair in document.KeyValues) Add(pair, "");
        foreach (TableSyntaxBase table in document.Tables)
            foreach (SyntaxNode item in table.Items)
                if (item is KeyValueSyntax pair) Add(pair, NameOf(table.Name) + ".");
        return settings;

        void Add(KeyValueSyntax pair, string prefix) =>
            settings.Add((prefix + NameOf(pair.Key), pair.Span.Start.Line + 1, ToRaw(pair.Value, folder)));
    }

    /// <summary>A value from the command line: TOML where it is a list or quoted, else plain text whose commas may separate a list.</summary>
    public static RawSetting FromCommandLine(string text)
    {
        if (text is ['[' or '"' or '\'', ..])
        {
            List<string> errors = [];
            if (Read("value = " + text, "", errors) is [var (_, _, value)] && errors.Count == 0) return value with { BaseFolder = Environment.CurrentDirectory };
        }
        string[] items = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new RawSetting(RawKind.Any, items, IsList: true, text, Environment.CurrentDirectory);
    }

    private static string NameOf(KeySyntax? key) =>
        key is null ? "" : string.Concat(key.ToString().Where(character => character is not ('"' or '\'' or ' ' or '\t')));

    private static RawSetting ToRaw(ValueSyntax? value, string folder)
    {
        string written = value?.ToString().Trim() ?? "";
        if (value is ArraySyntax array)
        {
            List<(RawKind Kind, string Text)> items = [.. array.Items.Select(item => Scalar(item.Value))];
            RawKind[] kinds = [.. items.Select(item => item.Kind).Distinct()];
            return new RawSetting(kinds is [var one] ? one : kinds is [] ? RawKind.Text : RawKind.Other, [.. items.Select(item => item.Text)],
                IsList: true, written, folder);
        }
        (RawKind kind, string text) = Scalar(value);
        return new RawSetting(kind, [text], IsList: false, written, folder);
    }

    private static (RawKind Kind, string Text) Scalar(ValueSyntax? value) => value switch
    {
        StringValueSyntax text => (RawKind.Text, text.Value ?? ""),
        IntegerValueSyntax number => (RawKind.Number, number.Value.ToString(CultureInfo.InvariantCulture)),
        BooleanValueSyntax truth => (RawKind.Truth, truth.Value ? "true" : "false"),
        _ => (RawKind.Other, ""),
    };
}
