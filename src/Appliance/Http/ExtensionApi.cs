using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Extensions: what a dialled number rings.</summary>
public static class ExtensionApi
{
    public sealed record NewExtension(string Number, ExtensionKind Kind, string Target);

    public sealed record ExtensionNumber(string Number);

    public static readonly ApiOperation<Nothing, IReadOnlyList<Extension>> List = new("GET", "/extensions", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Extension>>(ExtensionStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<ExtensionNumber, Extension> Show = new("GET", "/extensions/{number}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => ExtensionStore.List(session).Find(extension => extension.Number == input.Number)
            ?? throw new ApiException(404, $"There is no extension {input.Number}.", "To see which there are: tandem extension list"), cancellation).ConfigureAwait(false));

    /// <summary>Adds the number or points it elsewhere.</summary>
    public static readonly ApiOperation<NewExtension, Extension> Set = new("PUT", "/extensions/{number}", async (context, input, cancellation) =>
    {
        Names.CheckNumber(input.Number);
        return await context.ChangeAsync(session =>
        {
            try
            {
                CheckTarget(context, session, input);
            }
            catch (ApiException missing)
            {
                throw Names.Fault(422, missing.Message, missing.Advice, "target");
            }
            var extension = new Extension(input.Number, input.Kind, input.Target);
            ExtensionStore.Save(session, extension, context.Clock.GetUtcNow());
            return extension;
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<ExtensionNumber, Nothing> Remove = new("DELETE", "/extensions/{number}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Uses.OfNumber(session, input.Number).Refuse($"Extension {input.Number}");
            return ExtensionStore.Remove(session, input.Number) ? Nothing.Value
                : throw new ApiException(404, $"There is no extension {input.Number}.", "To see which there are: tandem extension list");
        }, cancellation).ConfigureAwait(false));

    private static void CheckTarget(ApiContext context, DbSession session, NewExtension input)
    {
        if (input.Kind == ExtensionKind.Menu) MenuApi.Find(session, input.Target);
        if (input.Kind == ExtensionKind.Agents) CheckAgents(session, input.Target);
        if (input.Kind == ExtensionKind.Group) new Referents(session, context.Home).CheckTarget("target", input.Kind, input.Target);
        if (input.Kind == ExtensionKind.User && UserStore.List(session).All(user => user.Name != input.Target))
            throw new ApiException(404, $"There is no user {input.Target}.", $"To add one: tandem user add {input.Target}");
    }

    internal static void CheckAgents(DbSession session, string list)
    {
        if (list.Trim() == Extension.AllAgents) return;
        HashSet<string> known = [.. AgentStore.List(session).Select(agent => agent.Extension)];
        foreach (string extension in list.Split(',', StringSplitOptions.TrimEntries))
            if (!known.Contains(extension)) throw AgentApi.NoAgent(extension);
    }
}
