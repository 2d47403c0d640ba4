namespace Tandem.Defence;

/// <summary>What a user has used of the day and the night: what is kept over a restart.</summary>
/// <param name="Day">The day, in the guard's time zone.</param>
/// <param name="Seconds">Talked on that day, calls that have ended.</param>
/// <param name="Night">The day on which the night began that the next counts for.</param>
/// <param name="NightSeconds">Talked in that night.</param>
/// <param name="Refused">Calls refused, ever.</param>
public sealed record GuardUsage(string User, DateOnly Day, long Seconds, DateOnly Night, long NightSeconds, long Refused);
