namespace Tandem.Storage;

/// <summary>Calls each agent has at this moment, counted where calls are logged. Any thread.</summary>
public sealed class AgentBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

    public int CurrentCalls(string extension)
    {
        lock (_lock) return _calls.GetValueOrDefault(extension);
    }

    /// <summary>The agent to ring: in service, without a call, least total calls among those with fewest current calls; null: nobody.</summary>
    /// <param name="extensions">The list to choose from, in order of preference.</param>
    /// <param name="directory">Says who is in service.</param>
    public Agent? Pick(IEnumerable<string> extensions, DirectorySnapshot directory)
    {
        lock (_lock)
        {
            return extensions.Select(directory.FindAgent).OfType<Agent>()
                .Where(agent => agent.Status != AgentStatus.Offline && _calls.GetValueOrDefault(agent.Extension) == 0)
                .MinBy(agent => agent.TotalCalls);
        }
    }

    internal void Add(string extension, int calls)
    {
        lock (_lock) _calls[extension] = Math.Max(0, _calls.GetValueOrDefault(extension) + calls);
    }
}
