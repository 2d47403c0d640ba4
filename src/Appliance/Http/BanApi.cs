using Tandem.Defence;
using Tandem.Http.Access;
using Tandem.Storage;

namespace Tandem.Http;

/// <summary>Who is kept out, and what was.</summary>
public static class BanApi
{
    private const int LongestYears = 365 * 24 * 3600;

    /// <param name="Kind"><c>source</c> or <c>account</c>.</param>
    /// <param name="Dropped">What was turned away because of it.</param>
    public sealed record BanView(string Subject, string Kind, string Reason, DateTimeOffset Since, DateTimeOffset Until, long Dropped);

    /// <param name="Subject">An address (of IPv6 its /64 is meant), or the name of an account.</param>
    /// <param name="Seconds">How long; null: defence.ban_seconds.</param>
    public sealed record NewBan(string Subject, int? Seconds = null, string? Reason = null);

    public sealed record BanSubject(string Subject);

    /// <param name="Counters">What was kept out, ever, by kind.</param>
    public sealed record DefenceView(bool Enabled, IReadOnlyList<string> Exempt, IReadOnlyDictionary<string, long> Counters);

    public static readonly ApiOperation<Nothing, IReadOnlyList<BanView>> List = new("GET", "/bans", async (context, _, cancellation) =>
    {
        IReadOnlyList<Ban> bans = context.Defence is { } running
            ? await running.BansAsync().ConfigureAwait(false)
            : await context.Database.WriteAsync(session => DefenceStore.Bans(session, context.Clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        return [.. bans.OrderByDescending(ban => ban.Since).Select(ToView)];
    });

    public static readonly ApiOperation<NewBan, BanView> Add = new("POST", "/bans", async (context, input, cancellation) =>
    {
        (BanKind kind, string subject) = Read(input.Subject);
        TimeSpan time = input.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Options.Defence.BanTime;
        Names.Check(input.Seconds is null or (>= 1 and <= LongestYears), $"A ban of {input.Seconds} seconds is not possible.", "Use 1 to 31536000.");
        string reason = string.IsNullOrWhiteSpace(input.Reason) ? "by hand" : input.Reason.Trim();
        Names.Check(reason.Length <= 200, "The reason is too long.", "Use at most 200 characters.");
        if (context.Defence is { } running)
            return ToView(await running.BanAsync(kind, subject, reason, time).ConfigureAwait(false)
                ?? throw new ApiException(409, $"{subject} is banned for at least that long already.", "To see it: tandem ban list"));
        DateTimeOffset now = context.Clock.GetUtcNow();
        var ban = new Ban(kind, subject, reason, now, now + time, 0);
        await context.Database.WriteAsync(session => { DefenceStore.Save(session, ban); return true; }, cancellation).ConfigureAwait(false);
        return ToView(ban);
    })
    { Role = ApiRole.Operator };

    public static readonly ApiOperation<BanSubject, Nothing> Remove = new("DELETE", "/bans/{subject}", async (context, input, cancellation) =>
    {
        (BanKind kind, string subject) = Read(Uri.UnescapeDataString(input.Subject));
        bool was = context.Defence is { } running
            ? await running.UnbanAsync(kind, subject).ConfigureAwait(false)
            : await context.Database.WriteAsync(session => DefenceStore.Remove(session, kind, subject), cancellation).ConfigureAwait(false);
        return was ? Nothing.Value : throw new ApiException(404, $"{subject} is not banned.", "To see who is: tandem ban list");
    })
    { Role = ApiRole.Operator };

    public static readonly ApiOperation<Nothing, DefenceView> Defence = new("GET", "/defence", async (context, _, cancellation) => new DefenceView(
        context.Options.Defence.Enabled,
        [.. context.Options.Defence.Exempt.Concat(context.Options.Sip.TrustedNetworks).Select(network => network.ToString())],
        context.Defence is { } running ? running.Gate.Counters.All : await context.Database.ReadAsync(DefenceStore.Counters, cancellation).ConfigureAwait(false)));

    /// <summary>An address is a source, anything else an account.</summary>
    private static (BanKind Kind, string Subject) Read(string subject)
    {
        if (SourceKey.TryParse(subject, out SourceKey source)) return (BanKind.Source, source.ToString());
        Names.Check(subject.Length is > 0 and <= 64 && !subject.Contains('/', StringComparison.Ordinal), $"'{subject}' is neither an address nor the name of an account.",
            "Write 203.0.113.7, 2001:db8::1 or 1001; whole networks are a firewall's business.");
        return (BanKind.Account, subject);
    }

    private static BanView ToView(Ban ban) => new(ban.Subject, ban.Kind == BanKind.Account ? "account" : "source", ban.Reason, ban.Since, ban.Until, ban.Dropped);
}
