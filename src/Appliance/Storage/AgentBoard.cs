namespace Tandem.Storage;

/// <summary>Calls each agent has at this moment, counted where calls are logged. Any thread.</summary>
public sealed class AgentBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Load> _loads = new(StringComparer.Ordinal);
    private long _turn;

    public int CurrentCalls(string extension)
    {
        lock (_lock) return _loads.GetValueOrDefault(extension).Calls;
    }

    /// <summary>The agent to ring among those in service and without a call: the one idle for longest; null: nobody is available.</summary>
    /// <param name="extensions">The list to choose from; its order decides between agents who had no call yet.</param>
    /// <param name="directory">Says who is in service.</param>
    public Agent? Pick(IEnumerable<string> extensions, DirectorySnapshot directory)
    {
        lock (_lock)
        {
            return extensions.Select(directory.FindAgent).OfType<Agent>()
                .Where(agent => agent.Status != AgentStatus.Offline && _loads.GetValueOrDefault(agent.Extension).Calls == 0)
                .MinBy(agent => _loads.GetValueOrDefault(agent.Extension).LastTurn);
        }
    }

    internal void Add(string extension) => Change(extension, 1);

    internal void Remove(string extension) => Change(extension, -1);

    private void Change(string extension, int calls)
    {
        lock (_lock) _loads[extension] = new Load(Math.Max(0, _loads.GetValueOrDefault(extension).Calls + calls), ++_turn);
    }

    private readonly record struct Load(int Calls, long LastTurn);
}
