using System.Collections.Frozen;
using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Everything people configured, as it was at one moment: immutable, safe on any thread.</summary>
public sealed record DirectorySnapshot(FrozenDictionary<string, User> Users, FrozenDictionary<string, Menu> Menus,
    FrozenDictionary<string, Agent> Agents, FrozenDictionary<string, Extension> Extensions)
{
    public static DirectorySnapshot Empty { get; } = Of([], [], [], []);

    public static DirectorySnapshot Of(IEnumerable<User> users, IEnumerable<Menu> menus, IEnumerable<Agent> agents,
        IEnumerable<Extension> extensions) => new(
        users.ToFrozenDictionary(user => user.Name, StringComparer.Ordinal),
        menus.ToFrozenDictionary(menu => menu.Id, StringComparer.Ordinal),
        agents.ToFrozenDictionary(agent => agent.Extension, StringComparer.Ordinal),
        extensions.ToFrozenDictionary(extension => extension.Number, StringComparer.Ordinal));

    /// <summary>Carriers, numbers, routes, groups and forwarding.</summary>
    public RoutingDirectory Routing { get; init; } = RoutingDirectory.Empty;

    public User? FindUser(string name) => Users.GetValueOrDefault(name);

    public Menu? FindMenu(string id) => Menus.GetValueOrDefault(id);

    /// <summary>The agent with this extension.</summary>
    public Agent? FindAgent(string extension) => Agents.GetValueOrDefault(extension);

    /// <summary>What a dialled number rings; null: nothing of ours.</summary>
    public Extension? FindExtension(string number) => Extensions.GetValueOrDefault(number);
}
