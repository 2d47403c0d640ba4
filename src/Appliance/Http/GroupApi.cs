using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Ring groups: numbers that ring together or in turn.</summary>
public static class GroupApi
{
    public sealed record GroupName([property: Description("The group's name.")] string Name);

    public static readonly ApiOperation<Nothing, IReadOnlyList<RingGroup>> List = new("GET", "/groups", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<RingGroup>>(RingGroupStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<GroupName, RingGroup> Show = new("GET", "/groups/{name}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => RingGroupStore.List(session).Find(group => group.Name == input.Name) ?? throw NoGroup(input.Name), cancellation)
            .ConfigureAwait(false));

    /// <summary>Adds the group or changes it.</summary>
    public static readonly ApiOperation<GroupFields, RingGroup> Set = new("PUT", "/groups/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            RingGroup group = input.Over(RingGroupStore.List(session).Find(known => known.Name == input.Name), new Referents(session, context.Home));
            RingGroupStore.Save(session, group, context.Clock.GetUtcNow());
            return group;
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<GroupName, Nothing> Remove = new("DELETE", "/groups/{name}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Uses.OfGroup(session, input.Name).Refuse($"Ring group {input.Name}");
            return RingGroupStore.Remove(session, input.Name) ? Nothing.Value : throw NoGroup(input.Name);
        }, cancellation).ConfigureAwait(false));

    private static ApiException NoGroup(string name) => Fields.Fault(404, "name", $"there is no ring group {name}.", "To see which there are: tandem group list");
}
