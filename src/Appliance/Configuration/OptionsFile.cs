using System.Collections;
using System.Globalization;
using System.Text;

namespace Tandem.Configuration;

/// <summary>Writes <c>tandem.toml</c> with every key documented, from the same table that reads it.</summary>
public static class OptionsFile
{
    /// <summary>The whole text: every key stands there commented out with its default, so the file changes nothing until somebody edits it.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.AppendLine("# Settings of this Tandem appliance. Every key is shown with its default; remove the # in front of one to change it.");
        text.AppendLine("# Each can also be given on the command line: --set section.key=value. A running appliance reads them at its next start.");
        foreach (IGrouping<string, SettingKey> section in SettingKey.All.GroupBy(key => key.Section))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"[{section.Key}]");
            foreach (SettingKey key in section)
            {
                text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"# {key.Setting.Documentation}");
                text.AppendLine(CultureInfo.InvariantCulture, $"# Allowed: {SettingReader.Allowed(key)}.");
                text.AppendLine(CultureInfo.InvariantCulture, $"#{key.Setting.Name} = {ToToml(key)}");
            }
        }
        return text.ToString();
    }

    /// <summary>The default as TOML, or the example where there is no default.</summary>
    public static string ToToml(SettingKey key) =>
        key.Setting.Example.Length > 0 ? key.Setting.Example : ToToml(key.Default, key.Setting.Unit);

    /// <summary>A value of a key as TOML; a time as a number in the key's unit.</summary>
    internal static string ToToml(object? value, string unit) => value switch
    {
        int number => number.ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        TimeSpan time => (unit switch { "us" => time.TotalMicroseconds, "ms" => time.TotalMilliseconds, _ => time.TotalSeconds })
            .ToString("0", CultureInfo.InvariantCulture),
        Enum choice => $"\"{choice.ToString().ToLowerInvariant()}\"",
        string text => $"\"{text}\"",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(item => $"\"{item}\""))}]",
        _ => "\"\"",
    };
}
