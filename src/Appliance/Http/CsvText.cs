using System.Text;

namespace Tandem.Http;

/// <summary>CSV as RFC 4180 has it, with commas or semicolons, in and out.</summary>
internal static class CsvText
{
    /// <summary>A row and the line of the file that it begins on.</summary>
    public readonly record struct Row(int Line, List<string> Cells);

    /// <summary>All rows but empty ones. The separator is the one that the first line has more of.</summary>
    /// <exception cref="ApiException">A quote is not closed.</exception>
    public static List<Row> Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart('\uFEFF');
        int end = rest.IndexOf('\n');
        ReadOnlySpan<char> header = end < 0 ? rest : rest[..end];
        char separator = header.Count(';') > header.Count(',') ? ';' : ',';
        List<Row> rows = [];
        int line = 1;
        while (!rest.IsEmpty)
        {
            int begin = line;
            List<string> cells = [];
            string cell;
            while (Cell(ref rest, separator, ref line, begin, out cell)) cells.Add(cell);
            cells.Add(cell);
            if (cells.Count > 1 || cells[0].Trim().Length > 0) rows.Add(new Row(begin, cells));
        }
        return rows;
    }

    /// <summary>Appends a row; cells with separators, quotes or line ends are quoted.</summary>
    public static void Write(StringBuilder text, IEnumerable<string> cells)
    {
        bool first = true;
        foreach (string cell in cells)
        {
            if (!first) text.Append(',');
            first = false;
            if (cell.AsSpan().IndexOfAny(",;\"\r\n") < 0) text.Append(cell);
            else text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        text.Append("\r\n");
    }

    /// <returns>True where another cell of the row follows.</returns>
    private static bool Cell(ref ReadOnlySpan<char> rest, char separator, ref int line, int begin, out string cell)
    {
        StringBuilder? quoted = null;
        while (rest.StartsWith('"'))    // "a ""b"" c": a doubled quote ends one part and begins the next
        {
            quoted = quoted is null ? new StringBuilder() : quoted.Append('"');
            int close = rest[1..].IndexOf('"');
            if (close < 0) throw new ApiException(400, $"Line {begin}: a quote is not closed.", "Close it with a quote; a quote within a cell is written twice.");
            ReadOnlySpan<char> part = rest.Slice(1, close);
            line += part.Count('\n');
            quoted.Append(part);
            rest = rest[(close + 2)..];
        }
        int end = rest.IndexOfAny(separator, '\n');
        ReadOnlySpan<char> plain = end < 0 ? rest : rest[..end];
        cell = quoted is null ? plain.Trim().ToString() : quoted.ToString();
        bool more = end >= 0 && rest[end] == separator;
        if (end >= 0 && !more) line++;
        rest = end < 0 ? default : rest[(end + 1)..];
        return more;
    }
}
