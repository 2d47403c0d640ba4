namespace Tandem.Storage;

/// <summary>A person who takes calls. Counts are those of the database at the time of the snapshot.</summary>
/// <param name="Status">One of <see cref="AgentStatus"/>.</param>
public sealed record Agent(int Id, string Extension, string Name, string? Email, [property: Live] string Status,
    [property: Live] int CurrentCalls, [property: Live] int TotalCalls);
