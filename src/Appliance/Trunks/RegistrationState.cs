namespace Tandem.Trunks;

/// <summary>How a registration of ours with a carrier is.</summary>
public enum RegistrationState : byte
{
    /// <summary>The first answer is awaited.</summary>
    Trying,

    Registered,

    /// <summary>The registrar cannot be reached or is in trouble; it is asked again soon.</summary>
    Failing,

    /// <summary>The registrar says no to us; it is asked again seldom, as many of them ban those who insist.</summary>
    Refused,
}
