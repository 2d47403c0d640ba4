using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>A ring group as it is given: what is null stays as it is, or for a new one has its default; an empty text takes a value away.</summary>
public sealed record GroupFields
{
    [Description("The group's name.")]
    public required string Name { get; init; }

    [Description("simultaneous: all at once; sequential: one after the other.")]
    public RingMethod? Method { get; init; }

    [Description("Extensions, users or outside numbers as a user would dial them.")]
    public IReadOnlyList<string>? Members { get; init; }

    [Description("How long it rings, all together or each in turn.")]
    public int? RingSeconds { get; init; }

    [Description("The number that is called when nobody answers.")]
    public string? Otherwise { get; init; }

    internal RingGroup Over(RingGroup? before, Referents known)
    {
        RingGroup old = before ?? new RingGroup { Name = Fields.Name("name", Name) };
        RingGroup group = old with
        {
            Method = Method ?? old.Method,
            Members = Members is null ? old.Members : [.. Members.Select(member => Member(member, known)).Distinct()],
            RingSeconds = Fields.Range("ring_seconds", RingSeconds ?? old.RingSeconds, 1, 600),
            Otherwise = Fields.Number("otherwise", Fields.Keep(Otherwise, old.Otherwise)),
        };
        Fields.Check(group.Members.Count > 0, "members", "a group needs at least one.", "Give extensions or users, for example 1001,1002.");
        return group;
    }

    private static string Member(string text, Referents known)
    {
        string number = Fields.Number("members", text)!;
        Fields.Check(known.Extension(number) is null or { Kind: ExtensionKind.User }, "members", $"{number} is a number that rings no user.",
            "A group rings users and outside numbers; for a menu or another group use otherwise.");
        return number;
    }
}
