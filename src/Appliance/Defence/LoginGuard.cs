using Sip.Core.Authentication;
using Tandem.Configuration;

namespace Tandem.Defence;

/// <summary>Counts wrong passwords by source, by account and by both, and says what they lead to. Whether an account exists plays no part.</summary>
/// <remarks>One owner; time is an argument; bounded. Feed it failures only that nobody can forge: those whose nonce went to that source.</remarks>
internal sealed class LoginGuard(DefenceOptions options)
{
    private const int LongestName = 64, OfficeFactor = 5, OfficeShare = 3;

    private readonly FailureThrottle _byBoth = new(), _bySource = new(free: 30), _byAccount = new(free: int.MaxValue), _counted = new(free: int.MaxValue);
    private readonly RecentPairs _proved = new(16_384);

    /// <summary>False: as many answers as may are waiting to be sent already, or strangers may not try that account now.</summary>
    public bool MayTry(SourceKey source, string account, bool isBanned, TimeSpan now)
    {
        string both = Both(source, account);
        return (!isBanned || _proved.Contains(both)) && _byBoth.MayTry(both, now) && _bySource.MayTry(source.ToString(), now);
    }

    public void Succeeded(SourceKey source, string account)
    {
        string both = Both(source, account);
        _byBoth.Succeeded(both);
        _proved.Add(both);
    }

    /// <param name="isOffice">Somebody had a right password there before.</param>
    public LoginFailure Failed(SourceKey source, string account, bool isOffice, TimeSpan now)
    {
        string from = source.ToString(), both = Both(source, account), name = Short(account);
        TimeSpan one = _byBoth.Failed(both, now), wide = _bySource.Failed(from, now);
        if (!isOffice || _byBoth.FailuresOf(both) <= OfficeShare) _counted.Failed(from, now);
        _byAccount.Failed(name, now);
        bool bansSource = _counted.FailuresOf(from) >= options.SourceFailures * (isOffice ? OfficeFactor : 1), bansAccount = _byAccount.FailuresOf(name) >= options.AccountFailures;
        if (bansSource) _counted.Succeeded(from);    // after the ban it counts anew
        if (bansAccount) _byAccount.Succeeded(name);
        return new LoginFailure(one > wide ? one : wide, bansSource, bansAccount);
    }

    private static string Both(SourceKey source, string account) => $"{source} {Short(account)}";

    private static string Short(string account) => account.Length > LongestName ? account[..LongestName] : account;
}
