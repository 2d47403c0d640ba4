using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>One kind of object as rows of a CSV file.</summary>
internal abstract class CsvTable
{
    /// <summary>Whether objects that a file does not name can be removed with it; not where others name them.</summary>
    public abstract bool CanReplace { get; }

    public abstract string Export(DbSession session);

    /// <summary>Checks every row; writes only where all are right.</summary>
    /// <param name="dryRun">Write nothing in any case.</param>
    /// <param name="replace">Remove what the file does not name.</param>
    public abstract CsvApi.ImportResult Import(DbSession session, Referents known, string csv, bool dryRun, bool replace, DateTimeOffset now);
}

/// <inheritdoc/>
internal sealed class CsvTable<TFields, TItem>(Func<DbSession, List<TItem>> list, Func<TItem, string> key, Func<TFields, Referents, string> keyOf,
    Func<TFields, TItem?, Referents, TItem> over, Action<DbSession, TItem, DateTimeOffset> save, Action<DbSession, TItem>? remove) : CsvTable
    where TItem : class
{
    private const int MostErrors = 100;
    private readonly IReadOnlyList<TextField> _fields = TextField.Of<TFields>();

    public override bool CanReplace => remove is not null;

    public override string Export(DbSession session)
    {
        var text = new StringBuilder();
        List<TextField> columns = [.. _fields.Where(field => field.Name != CsvApi.Secret)];
        CsvText.Write(text, columns.Select(field => field.Name));
        foreach (TItem item in list(session))
        {
            JsonObject json = JsonSerializer.SerializeToNode(item, ApiJson.Options)!.AsObject();
            CsvText.Write(text, columns.Select(field => json[field.Name] is JsonArray words ? string.Join(',', words) : json[field.Name]?.ToString() ?? ""));
        }
        return text.ToString();
    }

    public override CsvApi.ImportResult Import(DbSession session, Referents known, string csv, bool dryRun, bool replace, DateTimeOffset now)
    {
        List<CsvText.Row> rows = CsvText.Parse(csv);
        Fields.Check(rows.Count > 0, "csv", "the file is empty.", $"Its first line names the columns: {string.Join(',', _fields.Select(field => field.Name))}");
        List<TextField> columns = Columns(rows[0]);
        Dictionary<string, TItem> before = list(session).ToDictionary(key, StringComparer.Ordinal);
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        List<TItem> changed = [];
        List<CsvApi.ImportError> errors = [];
        int added = 0, faults = 0;
        foreach ((int line, List<string> cells) in rows.Skip(1))
        {
            try
            {
                (TItem item, bool isNew, bool isChanged) = Read(columns, cells, line, before, lines, known);
                if (isNew) added++;
                if (isChanged) changed.Add(item);
            }
            catch (ApiException error)
            {
                if (++faults <= MostErrors) errors.Add(new CsvApi.ImportError(line, error.Message, error.Advice));
            }
        }
        List<TItem> gone = replace ? [.. before.Where(item => !lines.ContainsKey(item.Key)).Select(item => item.Value)] : [];
        bool applied = faults == 0 && !dryRun;
        if (applied)
        {
            foreach (TItem item in gone) remove!(session, item);
            foreach (TItem item in changed) save(session, item, now);
        }
        return new CsvApi.ImportResult(applied, rows.Count - 1, added, changed.Count - added, gone.Count, faults, errors);
    }

    private List<TextField> Columns(CsvText.Row header)
    {
        List<TextField> columns = [];
        foreach (string cell in header.Cells)
        {
            TextField? column = _fields.FirstOrDefault(field => field.Name.Equals(cell.Trim(), StringComparison.OrdinalIgnoreCase));
            string line = header.Line.ToString(CultureInfo.InvariantCulture);
            if (column is null) throw new ApiException(400, $"Line {line}: there is no column '{cell.Trim()}'.", $"Columns are {string.Join(", ", _fields.Select(field => field.Name))}.");
            if (columns.Contains(column)) throw new ApiException(400, $"Line {line}: the column {column.Name} stands there twice.", "Remove one of them.");
            columns.Add(column);
        }
        return columns;
    }

    private (TItem Item, bool IsNew, bool IsChanged) Read(List<TextField> columns, List<string> cells, int line, Dictionary<string, TItem> before,
        Dictionary<string, int> lines, Referents known)
    {
        if (cells.Count != columns.Count)
            throw new ApiException(400, $"the row has {cells.Count} cells, the header {columns.Count}.", "Put cells with commas in them between quotes.");
        TFields fields = TextField.Read<TFields>(_fields, field =>
        {
            int column = columns.IndexOf(field);
            if (column < 0) return null;
            string cell = cells[column];
            bool clears = field is { IsRequired: false, Name: not CsvApi.Secret } && (field.Type == typeof(string) || field.Type.IsGenericType);
            return cell.Length > 0 || clears ? cell : null;
        });
        string name = keyOf(fields, known);
        TItem? old = before.GetValueOrDefault(name);
        TItem item = over(fields, old, known);
        if (!lines.TryAdd(name, line)) throw new ApiException(400, $"line {lines[name].ToString(CultureInfo.InvariantCulture)} is about the same one.", "Remove one of the two.");
        return (item, old is null, old is null || !Same(old, item));
    }

    /// <summary>Records with lists are equal where their JSON is, which leaves secrets out.</summary>
    private static bool Same(TItem a, TItem b) => a.Equals(b)
        || SecretOf(a) == SecretOf(b) && JsonSerializer.Serialize(a, ApiJson.Options) == JsonSerializer.Serialize(b, ApiJson.Options);

    private static string? SecretOf(TItem item) => (item as Routing.Carrier)?.AuthPassword;
}
