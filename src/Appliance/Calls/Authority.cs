namespace Tandem.Calls;

/// <summary>On whose word a call may leave the house: a user's, or that of a number of ours whose owner forwards it. Neither: nobody's.</summary>
/// <param name="User">The user who calls or forwards.</param>
/// <param name="Number">The number of ours (a DID, a group, a menu's) that sends the call on.</param>
internal readonly record struct Authority(string? User, string? Number);
