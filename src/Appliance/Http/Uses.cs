using Tandem.Storage;

namespace Tandem.Http;

/// <summary>What else names an object: it is changed before the object goes.</summary>
internal readonly record struct Uses(IReadOnlyList<string> Users)
{
    private const int MostShown = 5;

    /// <exception cref="ApiException">409: there are some; it names them.</exception>
    public void Refuse(string what)
    {
        if (Users.Count > 0) throw new ApiException(409, $"{what} is used by {string.Join(", ", Users)}.", "Point them elsewhere or remove them first.");
    }

    public static Uses OfUser(DbSession session, string name)
    {
        HashSet<string> numbers = [name, .. ExtensionStore.List(session).Where(extension => extension.Kind == ExtensionKind.User && extension.Target == name).Select(extension => extension.Number)];
        return new([
            .. Dids(session, ExtensionKind.User, name), .. Groups(session, numbers.Contains), .. Menus(session, MenuAction.Transfer, numbers.Contains),
            .. Forwards(session, numbers.Contains),
            .. CarrierStore.List(session).Where(carrier => carrier.InboundUser == name).Select(carrier => $"carrier {carrier.Name}"),
        ]);
    }

    public static Uses OfNumber(DbSession session, string number) => new([
        .. Groups(session, member => member == number), .. Menus(session, MenuAction.Transfer, value => value == number), .. Forwards(session, to => to == number),
    ]);

    public static Uses OfAgent(DbSession session, string extension) => new([
        .. Extensions(session, ExtensionKind.Agents, target => Lists(target, extension)), .. Menus(session, MenuAction.Agent, value => Lists(value, extension)),
        .. DidStore.List(session).Where(did => did.Kind == ExtensionKind.Agents && Lists(did.Target, extension)).Take(MostShown).Select(did => $"number {did.Number}"),
    ]);

    public static Uses OfGroup(DbSession session, string name) =>
        new([.. Extensions(session, ExtensionKind.Group, target => target == name), .. Dids(session, ExtensionKind.Group, name)]);

    public static Uses OfMenu(DbSession session, string id) => new([
        .. Extensions(session, ExtensionKind.Menu, target => target == id), .. Menus(session, MenuAction.Menu, value => value == id).Where(user => user != $"menu {id}"),
        .. Dids(session, ExtensionKind.Menu, id),
    ]);

    public static Uses OfCarrier(DbSession session, string name) => new([
        .. RouteStore.List(session).Where(route => route.Carriers.Contains(name)).Select(route => $"route {route.Name}"),
        .. DidStore.OfCarrier(session, name, MostShown).Select(did => $"number {did.Number}"),
    ]);

    private static bool Lists(string? list, string extension) => list?.Split(',', StringSplitOptions.TrimEntries).Contains(extension) == true;

    private static IEnumerable<string> Dids(DbSession session, ExtensionKind kind, string target) =>
        DidStore.OfTarget(session, kind, target, MostShown).Select(did => $"number {did.Number}");

    private static IEnumerable<string> Groups(DbSession session, Func<string, bool> names) => RingGroupStore.List(session)
        .Where(group => group.Members.Any(names) || (group.Otherwise is { } otherwise && names(otherwise))).Select(group => $"ring group {group.Name}");

    private static IEnumerable<string> Extensions(DbSession session, ExtensionKind kind, Func<string, bool> names) => ExtensionStore.List(session)
        .Where(extension => extension.Kind == kind && names(extension.Target)).Select(extension => $"extension {extension.Number}");

    private static IEnumerable<string> Forwards(DbSession session, Func<string, bool> names) => ForwardingStore.List(session)
        .Where(set => new[] { set.Always, set.Busy, set.NoAnswer }.Any(to => to is not null && names(to))).Select(set => $"forwarding of {set.User}")
        .Concat(DidStore.Forwarded(session).Where(did => names(did.ForwardTo!)).Take(MostShown).Select(did => $"number {did.Number}"));

    private static IEnumerable<string> Menus(DbSession session, string action, Func<string, bool> names) => MenuStore.List(session)
        .Where(menu => menu.Options.Any(option => option.ActionType == action && names(option.ActionValue ?? ""))).Select(menu => $"menu {menu.Id}");
}
