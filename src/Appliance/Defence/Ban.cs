namespace Tandem.Defence;

/// <summary>A source or an account that is kept out for a time.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Subject">The address (of IPv6 the /64), or the name of the account as it was tried; it need not exist.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Dropped">What was turned away because of it, as far as it was counted.</param>
public sealed record Ban(BanKind Kind, string Subject, string Reason, DateTimeOffset Since, DateTimeOffset Until, long Dropped);
