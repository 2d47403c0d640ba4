using System.ComponentModel;
using System.Globalization;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Our numbers in the telephone network and what they ring.</summary>
public static class DidApi
{
    private const int MostItems = 1000;

    /// <param name="Number">Numbers that begin so; null: all.</param>
    /// <param name="Cursor">The <c>next</c> of the part before.</param>
    public sealed record DidQuery(string? Number = null, int Limit = 100, string? Cursor = null);

    public sealed record DidKey([property: Description("The number.")] string Number,
        [property: Description("The entry for every number that begins so.")] bool Prefix = false,
        [property: Description("The entry for calls from this carrier only.")] string? Carrier = null);

    /// <summary>In order of their numbers, in parts: there can be a hundred thousand.</summary>
    public static readonly ApiOperation<DidQuery, Page<Did>> List = new("GET", "/dids", async (context, input, cancellation) =>
    {
        Fields.Range("limit", input.Limit, 1, MostItems);
        (string Number, bool Prefix, string Carrier) after = Read(input.Cursor);
        List<Did> found = await context.Database.ReadAsync(session =>
            DidStore.ListAfter(session, input.Number ?? "", after.Number, after.Prefix, after.Carrier, input.Limit + 1), cancellation).ConfigureAwait(false);
        if (found.Count <= input.Limit) return new Page<Did>(found, null);
        found.RemoveAt(input.Limit);
        return new Page<Did>(found, Write(found[^1]));
    });

    public static readonly ApiOperation<DidKey, Did> Show = new("GET", "/dids/{number}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session =>
        {
            (string number, string? carrier) = Key(context, session, input);
            return DidStore.Find(session, number, input.Prefix, carrier) ?? DidStore.Find(session, input.Number, input.Prefix, carrier) ?? throw NoDid(input);
        }, cancellation).ConfigureAwait(false));

    /// <summary>Adds the number or points it elsewhere.</summary>
    public static readonly ApiOperation<DidFields, Did> Set = new("PUT", "/dids/{number}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            var known = new Referents(session, context.Home);
            (string number, string? carrier) = input.Key(known);
            Did did = input.Over(DidStore.Find(session, number, input.Prefix, carrier), known);
            DidStore.Save(session, did, context.Clock.GetUtcNow());
            return did;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<DidKey, Nothing> Remove = new("DELETE", "/dids/{number}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            (string number, string? carrier) = Key(context, session, input);
            return DidStore.Remove(session, number, input.Prefix, carrier) || DidStore.Remove(session, input.Number, input.Prefix, carrier) ? Nothing.Value : throw NoDid(input);
        }, cancellation).ConfigureAwait(false));

    private static (string Number, string? Carrier) Key(ApiContext context, DbSession session, DidKey key) =>
        new DidFields { Number = key.Number, Prefix = key.Prefix, Carrier = key.Carrier }.Key(new Referents(session, context.Home));

    private static ApiException NoDid(DidKey key) => Fields.Fault(404, "number",
        $"{key.Number} is not among our {(key.Prefix ? "prefixes" : "numbers")}{(key.Carrier is null ? "" : $" of carrier {key.Carrier}")}.", "To see which there are: tandem did list");

    private static string Write(Did did) => string.Create(CultureInfo.InvariantCulture, $"{did.Number}:{(did.Prefix ? 1 : 0)}:{did.Carrier}");

    private static (string Number, bool Prefix, string Carrier) Read(string? cursor)
    {
        if (cursor is null) return ("", false, "");
        string[] parts = cursor.Split(':');
        Fields.Check(parts.Length == 3, "cursor", "it is none of ours.", "Give the value of next of the page before, or none.");
        return (parts[0], parts[1] == "1", parts[2]);
    }
}
