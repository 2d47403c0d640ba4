namespace Tandem.Routing;

/// <summary>The form in which a carrier wants numbers.</summary>
public enum NumberFormat
{
    /// <summary>As the caller dialled it.</summary>
    AsDialled,

    /// <summary>Country code first, without +: 34911234567.</summary>
    E164,

    /// <summary>With +: +34911234567.</summary>
    E164Plus,

    /// <summary>Numbers of the carrier's own country with its national prefix (0911234567), others with its international prefix (0033…).</summary>
    National,
}
