namespace Load.Sip;

/// <summary>What a run says of a rate.</summary>
internal enum RateVerdict
{
    Carried,

    /// <summary>The engine did not carry it.</summary>
    TooMuch,

    /// <summary>The load was not there, or sipp lost answers that came: this says nothing of the engine.</summary>
    GeneratorsLimit,
}
