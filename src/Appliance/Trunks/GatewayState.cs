namespace Tandem.Trunks;

/// <summary>Whether a gateway gets new calls.</summary>
public enum GatewayState : byte
{
    Up,

    /// <summary>It asked for a pause (503 with Retry-After): no new calls until it is over.</summary>
    Held,

    /// <summary>Too many failures in a row: no new calls until it answers again.</summary>
    Down,

    /// <summary>An operator takes it out of service: no new calls, those it has go on.</summary>
    Draining,

    /// <summary>It or its carrier is switched off.</summary>
    Disabled,
}
