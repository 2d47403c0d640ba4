namespace Rtp.Core.Playout;

/// <summary>What is to be heard next.</summary>
public enum PlayoutKind
{
    /// <summary>Nothing is due: before the first packet, between talk spurts, or when the sender has stopped. Comfort noise, or silence.</summary>
    Silence,

    /// <summary>A packet to decode.</summary>
    Frame,

    /// <summary>A packet is missing: restore it out of the one behind where that is given, else conceal it.</summary>
    Lost,
}
