using Tandem.Defence;
using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>What users have used of what the fraud guard gives them.</summary>
public static class FraudApi
{
    /// <param name="Day">The last day on which the user talked to the outside, in the guard's time zone.</param>
    /// <param name="Minutes">Talked on that day.</param>
    /// <param name="Night">The day on which the last night with calls began.</param>
    /// <param name="NightMinutes">Talked in that night.</param>
    /// <param name="Calls">Going on now.</param>
    /// <param name="Refused">Calls refused.</param>
    public sealed record UsageView(string User, DateOnly Day, long Minutes, DateOnly Night, long NightMinutes, int Calls, long Refused);

    public sealed record UserName(string Name);

    public static readonly ApiOperation<Nothing, IReadOnlyList<UsageView>> List = new("GET", "/fraud", async (context, _, cancellation) =>
    {
        IReadOnlyList<(GuardUsage Usage, int Calls)> all = context.Defence is { } running
            ? running.Guard.Snapshot()
            : [.. (await context.Database.ReadAsync(DefenceStore.Usage, cancellation).ConfigureAwait(false)).Select(usage => (usage, 0))];
        return [.. all.OrderBy(user => user.Usage.User, StringComparer.Ordinal).Select(user => ToView(user.Usage, user.Calls))];
    });

    /// <summary>Gives a user today's minutes back.</summary>
    public static readonly ApiOperation<UserName, Nothing> Forgive = new("DELETE", "/fraud/{name}", (context, input, _) =>
    {
        if (context.Defence is not { } running) throw ApplianceApi.NotRunning(context);
        return running.Guard.Forgive(input.Name, context.Clock.GetUtcNow())
            ? Task.FromResult(Nothing.Value)
            : throw new ApiException(404, $"User {input.Name} has not called out today.", "To see who has: tandem fraud list");
    })
    { Role = ApiRole.Operator };

    private static UsageView ToView(GuardUsage usage, int calls) =>
        new(usage.User, usage.Day, usage.Seconds / 60, usage.Night, usage.NightSeconds / 60, calls, usage.Refused);
}
