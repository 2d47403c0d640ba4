namespace Tandem.Defence;

/// <summary>What follows from a wrong password.</summary>
/// <param name="Delay">How long its answer waits.</param>
/// <param name="BansSource">The source has had its last try.</param>
/// <param name="BansAccount">Strangers have had their last try at this account.</param>
internal readonly record struct LoginFailure(TimeSpan Delay, bool BansSource, bool BansAccount);
