using System.ComponentModel;
using Tandem.Routing;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>A number of ours as it is given: what is null stays as it is; an empty text takes a value away.</summary>
public sealed record DidFields
{
    [Description("The number, in E.164 with + or as the carrier sends it.")]
    public required string Number { get; init; }

    [Description("Every number that begins so.")]
    public bool Prefix { get; init; }

    [Description("Only calls from this carrier.")]
    public string? Carrier { get; init; }

    [Description("What it rings: user, menu, agents, group.")]
    public ExtensionKind? Kind { get; init; }

    [Description("User name, menu id, agent extensions separated by commas (* for all), or ring group.")]
    public string? Target { get; init; }

    [Description("Where calls go that fail, or with forward_always every call: a number as a user would dial it.")]
    public string? ForwardTo { get; init; }

    [Description("Whether every call is forwarded.")]
    public bool? ForwardAlways { get; init; }

    /// <summary>The key in the form in which it is stored: numbers that can be are in E.164.</summary>
    internal (string Number, string? Carrier) Key(Referents known)
    {
        string? carrier = Fields.Keep(Carrier, null);
        Carrier? from = carrier is null ? null : known.CheckCarrier("carrier", carrier);
        string clean = Fields.Number("number", Number)!;
        return (Prefix ? clean : (from is null ? known.Home : NumberPlan.Of(from, known.Home)).ToE164(clean) ?? clean, carrier);
    }

    /// <summary>The number that it is from now on.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal Did Over(Did? before, Referents known)
    {
        (string number, string? carrier) = Key(known);
        Did old = before ?? new Did(number, Prefix, carrier, ExtensionKind.User, "");
        Did did = old with
        {
            Kind = Kind ?? old.Kind,
            Target = Target?.Trim() ?? old.Target,
            ForwardTo = Fields.Number("forward_to", Fields.Keep(ForwardTo, old.ForwardTo)),
            ForwardAlways = ForwardAlways ?? old.ForwardAlways,
        };
        Fields.Check(!did.ForwardAlways || did.ForwardTo is not null, "forward_to", "a number that forwards every call needs one.", "Give the number that the calls go to.");
        if (did.ForwardAlways && did.Target.Length == 0) return did;
        Fields.Check(did.Target.Length > 0, "target", "it is missing.", "Say what the number rings, for example kind user, target 1001.");
        known.CheckTarget("target", did.Kind, did.Target);
        return did;
    }
}
