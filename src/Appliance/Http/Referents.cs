using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>What the fields of an object may name, read when first asked for.</summary>
internal sealed class Referents(DbSession session, NumberPlan home)
{
    private readonly Lazy<HashSet<string>> _users = new(() => [.. UserStore.List(session).Select(user => user.Name)]);
    private readonly Lazy<HashSet<string>> _menus = new(() => [.. MenuStore.List(session).Select(menu => menu.Id)]);
    private readonly Lazy<HashSet<string>> _agents = new(() => [.. AgentStore.List(session).Select(agent => agent.Extension)]);
    private readonly Lazy<HashSet<string>> _groups = new(() => [.. RingGroupStore.List(session).Select(group => group.Name)]);
    private readonly Lazy<Dictionary<string, Extension>> _extensions = new(() => ExtensionStore.List(session).ToDictionary(extension => extension.Number));
    private readonly Lazy<Dictionary<string, Carrier>> _carriers = new(() => CarrierStore.List(session).ToDictionary(carrier => carrier.Name));

    /// <summary>How people here dial.</summary>
    public NumberPlan Home => home;

    public IReadOnlyDictionary<string, Carrier> Carriers => _carriers.Value;

    public Extension? Extension(string number) => _extensions.Value.GetValueOrDefault(number);

    /// <summary>A carrier of the same import, which later rows may name.</summary>
    public void Add(Carrier carrier) => _carriers.Value[carrier.Name] = carrier;

    public void CheckUser(string field, string name)
    {
        if (!_users.Value.Contains(name)) throw Fields.Fault(422, field, $"there is no user {name}.", $"To add one: tandem user add {name}");
    }

    public Carrier CheckCarrier(string field, string name) => Carriers.GetValueOrDefault(name)
        ?? throw Fields.Fault(422, field, $"there is no carrier {name}.", $"To see which there are: tandem carrier list; to add it: tandem carrier add {name}");

    /// <summary>What a number may ring.</summary>
    public void CheckTarget(string field, ExtensionKind kind, string target)
    {
        switch (kind)
        {
            case ExtensionKind.User:
                CheckUser(field, target);
                break;
            case ExtensionKind.Menu when !_menus.Value.Contains(target):
                throw Fields.Fault(422, field, $"there is no menu {target}.", "To see which there are: tandem menu list");
            case ExtensionKind.Group when !_groups.Value.Contains(target):
                throw Fields.Fault(422, field, $"there is no ring group {target}.", $"To add one: tandem group set {target} --members 1001,1002");
            case ExtensionKind.Agents when target.Trim() != Storage.Extension.AllAgents:
                foreach (string agent in target.Split(',', StringSplitOptions.TrimEntries))
                    if (!_agents.Value.Contains(agent)) throw Fields.Fault(422, field, $"there is no agent {agent}.", "To see who there is: tandem agent list");
                break;
        }
    }
}
