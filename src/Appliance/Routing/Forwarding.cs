using System.Text.Json.Serialization;

namespace Tandem.Routing;

/// <summary>Where a user's calls go instead. Numbers as the user would dial them.</summary>
public sealed record Forwarding(string User)
{
    /// <summary>Every call.</summary>
    public string? Always { get; init; }

    /// <summary>Calls that come while the user talks or that its phone refuses as busy (486, 600).</summary>
    public string? Busy { get; init; }

    /// <summary>Calls that are not answered in time, or while no phone is registered.</summary>
    public string? NoAnswer { get; init; }

    public int NoAnswerSeconds { get; init; } = 20;

    /// <summary>True where nothing is forwarded.</summary>
    [JsonIgnore]
    public bool IsEmpty => Always is null && Busy is null && NoAnswer is null;
}
