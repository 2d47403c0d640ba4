using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Agents: the people a menu can hand callers to.</summary>
public static class AgentApi
{
    public sealed record NewAgent(string Extension, string? Name = null, string? Email = null);

    public sealed record AgentExtension(string Extension);

    /// <param name="Status"><c>available</c> or <c>offline</c>; busy comes from calls.</param>
    public sealed record NewStatus(string Extension, string Status);

    public static readonly ApiOperation<Nothing, IReadOnlyList<Agent>> List = new("GET", "/agents", async (context, _, cancellation) =>
        await context.Database.ReadAsync<IReadOnlyList<Agent>>(AgentStore.List, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<AgentExtension, Agent> Show = new("GET", "/agents/{extension}", async (context, input, cancellation) =>
        await context.Database.ReadAsync(session => AgentStore.List(session).Find(agent => agent.Extension == input.Extension) ?? throw NoAgent(input.Extension),
            cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NewAgent, Agent> Add = new("POST", "/agents", async (context, input, cancellation) =>
    {
        Names.CheckAgent(input.Extension);
        string name = input.Name ?? input.Extension;
        Names.CheckText("name", name, 255);
        Names.CheckText("e-mail address", input.Email ?? "", 255, "email");
        return await context.ChangeAsync(session =>
        {
            if (AgentStore.List(session).Any(agent => agent.Extension == input.Extension))
                throw Names.Fault(409, $"Agent {input.Extension} exists already.", "To see them all: tandem agent list", "extension");
            AgentStore.Save(session, input.Extension, name, input.Email, context.Clock.GetUtcNow());
            return AgentStore.List(session).Single(agent => agent.Extension == input.Extension);
        }, cancellation).ConfigureAwait(false);
    });

    public static readonly ApiOperation<AgentExtension, Nothing> Remove = new("DELETE", "/agents/{extension}", async (context, input, cancellation) =>
        await context.ChangeAsync(session =>
        {
            Uses.OfAgent(session, input.Extension).Refuse($"Agent {input.Extension}");
            return AgentStore.Remove(session, input.Extension) ? Nothing.Value : throw NoAgent(input.Extension);
        }, cancellation).ConfigureAwait(false));

    public static readonly ApiOperation<NewStatus, Agent> Status = new("PUT", "/agents/{extension}/status", async (context, input, cancellation) =>
    {
        Names.Check(input.Status is AgentStatus.Available or AgentStatus.Offline, $"'{input.Status}' cannot be set.",
            "Use available or offline; busy follows from calls.");
        return await context.ChangeAsync(session =>
        {
            bool known = AgentStore.SetInService(session, input.Extension, input.Status == AgentStatus.Available, context.Clock.GetUtcNow());
            return known ? AgentStore.List(session).Single(agent => agent.Extension == input.Extension) : throw NoAgent(input.Extension);
        }, cancellation).ConfigureAwait(false);
    })
    { Role = ApiRole.Operator };

    internal static ApiException NoAgent(string extension) => new(404, $"There is no agent {extension}.", $"To add one: tandem agent add {extension} --name NAME");
}
