namespace Tandem.Calls;

/// <summary>What came of a transfer from outside the call.</summary>
/// <param name="Status">0: done; 404: there is no such call; 409: it was not done, and the call is as it was.</param>
/// <param name="Why">Why not, as a sentence.</param>
/// <param name="IsTarget">The number that it was to go to is why.</param>
internal readonly record struct TransferResult(int Status, string Why, bool IsTarget)
{
    public static TransferResult Done => default;

    public static TransferResult NoCall => new(404, "", IsTarget: false);

    public static TransferResult NotNow(string why) => new(409, why, IsTarget: false);

    public static TransferResult NotThere(string why) => new(409, why, IsTarget: true);
}
