namespace Tandem.Storage;

/// <summary>Reads all that people configured.</summary>
internal static class DirectoryReader
{
    public static DirectorySnapshot Read(DbSession session) => DirectorySnapshot.Of(
        UserStore.List(session), MenuStore.List(session), AgentStore.List(session), ExtensionStore.List(session)) with
    {
        Routing = RoutingStore.Read(session),
    };
}
