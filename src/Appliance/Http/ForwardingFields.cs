using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Where a user's calls go instead: what is null stays as it is, an empty text ends it. Numbers as the user would dial them.</summary>
public sealed record ForwardingFields
{
    [Description("The user.")]
    public required string User { get; init; }

    [Description("Where every call goes.")]
    public string? Always { get; init; }

    [Description("Where calls go while the user talks or refuses as busy.")]
    public string? Busy { get; init; }

    [Description("Where calls go that are not answered in time, or while no phone is registered.")]
    public string? NoAnswer { get; init; }

    [Description("How long the user's phones ring before that.")]
    public int? NoAnswerSeconds { get; init; }

    /// <summary>The forwarding from now on.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal Forwarding Over(Forwarding? before, Referents known)
    {
        Forwarding old = before ?? new Forwarding(User);
        return old with
        {
            Always = Number("always", Always, old.Always, known),
            Busy = Number("busy", Busy, old.Busy, known),
            NoAnswer = Number("no_answer", NoAnswer, old.NoAnswer, known),
            NoAnswerSeconds = Fields.Range("no_answer_seconds", NoAnswerSeconds ?? old.NoAnswerSeconds, 1, 600),
        };
    }

    private string? Number(string field, string? given, string? before, Referents known)
    {
        string? number = Fields.Number(field, Fields.Keep(given, before));
        bool own = number == User || number is not null && known.Extension(number) is { Kind: ExtensionKind.User, Target: var target } && target == User;
        Fields.Check(!own, field, $"{number} rings {User} itself.", "Give a number that rings somebody else.");
        return number;
    }
}
