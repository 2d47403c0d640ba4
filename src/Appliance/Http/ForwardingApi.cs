using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Where users' calls go instead.</summary>
public static class ForwardingApi
{
    public static readonly ApiOperation<Nothing, IReadOnlyList<Forwarding>> List = new("GET", "/forwards", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Forwarding>>(ForwardingStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<ForwardingFields, Forwarding> Set = new("PUT", "/users/{user}/forwarding", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            var known = new Referents(session, context.Home);
            known.CheckUser("user", input.User);
            Forwarding forwarding = input.Over(ForwardingStore.List(session).Find(set => set.User == input.User), known);
            ForwardingStore.Save(session, forwarding, context.Clock.GetUtcNow());
            return forwarding;
        }, cancellation).ConfigureAwait(false));
}
