namespace Tandem.Ng;

/// <summary>One side of a dialogue.</summary>
internal sealed class NgSide
{
    /// <summary>Its SIP tag; empty until it has answered.</summary>
    public string Tag { get; set; } = "";

    public string? Label { get; set; }

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }
}
