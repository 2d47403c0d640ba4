using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>The audit log: who changed what.</summary>
public static class AuditApi
{
    /// <param name="Who">Only this person's changes.</param>
    /// <param name="Cursor">The <c>next</c> of the page before.</param>
    public sealed record AuditQuery(string? Who = null, int Limit = ListCursor.DefaultLimit, string? Cursor = null);

    /// <param name="Input">What was asked for, secrets hidden.</param>
    /// <param name="Before">The object before; null: there was none.</param>
    /// <param name="After">The object after; null: there is none.</param>
    public sealed record AuditView(long Id, DateTimeOffset At, string Who, string Source, string Operation, string Target, JsonNode? Input, JsonNode? Before, JsonNode? After);

    public static readonly ApiOperation<AuditQuery, Page<AuditView>> List = new("GET", "/audit", async (context, input, cancellation) =>
    {
        Names.Check(input.Limit is >= 1 and <= ListCursor.MostItems, $"A limit of {input.Limit} is not possible.", $"Use 1 to {ListCursor.MostItems}.");
        long before = long.MaxValue;
        Names.Check(input.Cursor is null || long.TryParse(ListCursor.Read(input.Cursor), NumberStyles.None, CultureInfo.InvariantCulture, out before),
            "The cursor is none of ours.", "Give the value of next of the page before, or none.");
        List<AuditRecord> rows = await context.Database.ReadAsync(session => AuditStore.List(session, before, input.Who, input.Limit + 1), cancellation).ConfigureAwait(false);
        return Cut(rows, input.Limit);
    })
    { Role = ApiRole.Admin };

    private static Page<AuditView> Cut(List<AuditRecord> rows, int limit) => new([.. rows.Take(limit).Select(View)],
        rows.Count > limit ? ListCursor.Write(rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : null);

    private static AuditView View(AuditRecord row) => new(row.Id, row.At, row.Who, row.Source, row.Operation, row.Target, JsonNode.Parse(row.Input),
        row.Before is null ? null : JsonNode.Parse(row.Before), row.After is null ? null : JsonNode.Parse(row.After));
}
