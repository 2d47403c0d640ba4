namespace Tandem.Calls.Outside;

/// <summary>Why a call was forwarded (RFC 5806 §7).</summary>
internal enum DiversionReason
{
    Unconditional,
    UserBusy,
    NoAnswer,
    Deflection,
    Unknown,
}

/// <summary>One forwarding that a call went through.</summary>
/// <param name="Number">Whose calls are forwarded, as the outside knows it.</param>
internal sealed record Diversion(string Number, DiversionReason Reason)
{
    /// <summary>The reason as the header field spells it.</summary>
    public string ReasonText => Reason switch
    {
        DiversionReason.Unconditional => "unconditional",
        DiversionReason.UserBusy => "user-busy",
        DiversionReason.NoAnswer => "no-answer",
        DiversionReason.Deflection => "deflection",
        _ => "unknown",
    };
}
