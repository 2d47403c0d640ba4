namespace Tandem.Routing;

/// <summary>A rule for calls to the outside: who may call what, through which carriers, when.</summary>
public sealed record Route
{
    public required string Name { get; init; }

    /// <summary>The lowest is looked at first.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>With +: how the caller's outside number begins; without: how the user's name begins. Empty: everybody.</summary>
    public string CallerPrefix { get; init; } = "";

    /// <summary>With +: how the called number begins in E.164; without: as dialled. Empty: every number.</summary>
    /// <remarks>Of an emergency route: the whole number as dialled; empty: every emergency number.</remarks>
    public string CalledPrefix { get; init; } = "";

    public RouteAction Action { get; init; }

    /// <summary>The cheapest is tried first; of those that cost the same, in this order.</summary>
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>When it holds, for example "mon-fri 08:00-18:00 Europe/Madrid"; null: always.</summary>
    public string? Window { get; init; }

    /// <summary>What a minute costs on this route; null: what the carrier costs.</summary>
    public decimal? Cost { get; init; }

    public bool Enabled { get; init; } = true;
}
