using System.Globalization;

namespace Tandem.Storage;

/// <summary>Values as they stand in columns that both engines have: enumerations as lower-case words, truth values as 0 and 1, decimals as text.</summary>
internal static class DbWord
{
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static int Of(bool value) => value ? 1 : 0;

    public static string Of(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    public static T Word<T>(this DbRow row, int column) where T : struct, Enum => Enum.Parse<T>(row.Text(column), ignoreCase: true);

    public static bool Flag(this DbRow row, int column) => row.Int(column) != 0;

    public static decimal? DecimalOrNull(this DbRow row, int column) =>
        row.TextOrNull(column) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;
}
