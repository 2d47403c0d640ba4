namespace Tandem.Configuration;

/// <summary>Section <c>[database]</c>: PostgreSQL where a URL is given, else SQLite in the data folder.</summary>
public sealed record DatabaseOptions
{
    [Setting("url", "PostgreSQL to use instead of the built-in SQLite: postgresql://user:password@host:5432/database.",
        IsSecret = true, Example = "\"postgresql://tandem:secret@localhost:5432/tandem\"")]
    public string? Url { get; init; }

    /// <summary>The SQLite file; set from the data folder.</summary>
    public string File { get; init; } = "data/tandem.db";
}
