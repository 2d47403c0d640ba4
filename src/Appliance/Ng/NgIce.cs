namespace Tandem.Ng;

/// <summary>What a request says of ICE in the description that it gets back.</summary>
internal enum NgIce : byte
{
    /// <summary>As the other side has it.</summary>
    Default,

    /// <summary>We are its one candidate.</summary>
    Force,

    /// <summary>None.</summary>
    Remove,
}
