using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Blocked and emergency numbers.</summary>
public static class NumberApi
{
    public sealed record NumberKey([property: Description("The number.")] string Number,
        [property: Description("blocked, blocked_caller, emergency.")] NumberRuleKind Kind,
        [property: Description("The rule for every number that begins so.")] bool Prefix = false);

    public static readonly ApiOperation<Nothing, IReadOnlyList<NumberRule>> List = new("GET", "/numbers", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<NumberRule>>(NumberRuleStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NumberFields, NumberRule> Set = new("PUT", "/numbers/{kind}/{number}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            NumberRule rule = input.Over(null, new Referents(session, context.Home));
            NumberRuleStore.Save(session, rule, context.Clock.GetUtcNow());
            return rule;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NumberKey, Nothing> Remove = new("DELETE", "/numbers/{kind}/{number}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            var fields = new NumberFields { Number = input.Number, Kind = input.Kind, Prefix = input.Prefix };
            return NumberRuleStore.Remove(session, fields.Over(null, new Referents(session, context.Home))) ? Nothing.Value
                : throw Fields.Fault(404, "number", $"{input.Number} has no such rule.", "To see which there are: tandem number list");
        }, cancellation).ConfigureAwait(false));
}
