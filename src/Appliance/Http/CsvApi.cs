using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Carriers, numbers, routes and what belongs to them as CSV files: all rows of a file come into force, or none.</summary>
public static class CsvApi
{
    /// <summary>The column that is read and never written.</summary>
    internal const string Secret = "auth_password";

    /// <param name="Csv">The file's text; its first line names the columns.</param>
    /// <param name="DryRun">Only check it.</param>
    /// <param name="Replace">Remove what it does not name.</param>
    public sealed record ImportRequest(CsvKind Kind, string Csv, bool DryRun = false, bool Replace = false);

    /// <param name="Line">Line of the file, the header is line 1.</param>
    public sealed record ImportError(int Line, string Message, string Advice);

    /// <param name="Applied">Whether it is in force; false after a dry run, and where there is any error.</param>
    /// <param name="Faults">Rows with an error; the first hundred are in <paramref name="Errors"/>.</param>
    public sealed record ImportResult(bool Applied, int Rows, int Added, int Changed, int Removed, int Faults, IReadOnlyList<ImportError> Errors);

    public sealed record ExportRequest(CsvKind Kind);

    public sealed record ExportResult(string Csv);

    public static readonly ApiOperation<ImportRequest, ImportResult> Import = new("POST", "/import/{kind}", async (context, input, cancellation) =>
    {
        CsvTable table = Table(input.Kind);
        Fields.Check(!input.Replace || table.CanReplace, "replace", $"what the file does not name cannot be removed with {DbWord.Of(input.Kind)}: others may name it.",
            "Leave replace out, and remove them one by one.");
        return await context.ChangeAsync(session =>
            table.Import(session, new Referents(session, context.Home), input.Csv, input.DryRun, input.Replace, context.Clock.GetUtcNow()), cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<ExportRequest, ExportResult> Export = new("GET", "/export/{kind}", async (context, input, cancellation) =>
        new ExportResult(await context.Database.ReadAsync(session => Table(input.Kind).Export(session), cancellation).ConfigureAwait(false)));

    private static CsvTable Table(CsvKind kind) => kind switch
    {
        CsvKind.Carriers => new CsvTable<CarrierFields, Carrier>(CarrierStore.List, carrier => carrier.Name, (fields, _) => fields.Name, (fields, old, known) =>
        {
            Carrier carrier = fields.Over(old, known);
            known.Add(carrier);
            return carrier;
        }, CarrierStore.Save, remove: null),
        CsvKind.Gateways => new CsvTable<GatewayFields, Gateway>(GatewayStore.List, gateway => $"{gateway.Carrier}:{gateway.Name}",
            (fields, _) => $"{fields.Carrier}:{fields.Name}", (fields, old, known) => fields.Over(old, known), GatewayStore.Save,
            (session, gateway) => GatewayStore.Remove(session, gateway.Carrier, gateway.Name)),
        CsvKind.Dids => new CsvTable<DidFields, Did>(DidStore.List, did => $"{did.Number}:{did.Prefix}:{did.Carrier}", (fields, known) =>
        {
            (string number, string? carrier) = fields.Key(known);
            return $"{number}:{fields.Prefix}:{carrier}";
        }, (fields, old, known) => fields.Over(old, known), DidStore.Save, (session, did) => DidStore.Remove(session, did.Number, did.Prefix, did.Carrier)),
        CsvKind.Routes => new CsvTable<RouteFields, Route>(RouteStore.List, route => route.Name, (fields, _) => fields.Name,
            (fields, old, known) => fields.Over(old, known), RouteStore.Save, (session, route) => RouteStore.Remove(session, route.Name)),
        CsvKind.Groups => new CsvTable<GroupFields, RingGroup>(RingGroupStore.List, group => group.Name, (fields, _) => fields.Name,
            (fields, old, known) => fields.Over(old, known), RingGroupStore.Save, remove: null),
        _ => new CsvTable<NumberFields, NumberRule>(NumberRuleStore.List, rule => $"{rule.Kind}:{rule.Number}:{rule.Prefix}", (fields, known) =>
        {
            NumberRule rule = fields.Over(null, known);
            return $"{rule.Kind}:{rule.Number}:{rule.Prefix}";
        }, (fields, old, known) => fields.Over(old, known), NumberRuleStore.Save, (session, rule) => NumberRuleStore.Remove(session, rule)),
    };
}
