namespace Tandem.Defence;

/// <summary>A call to the outside that the guard counts, from <see cref="FraudGuard.Started"/> to <see cref="FraudGuard.Ended"/>.</summary>
public sealed class GuardedCall
{
    internal GuardedCall(string user) => User = user;

    public string User { get; }

    internal DateTimeOffset? AnsweredAt { get; set; }

    internal bool IsOver { get; set; }
}
