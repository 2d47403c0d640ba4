using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Logging;

namespace Tandem.Signalling;

/// <summary>Names by DNS; answers are kept for their time to live, refusals for a few seconds.</summary>
/// <param name="servers">Whom to ask; empty: those of the host.</param>
/// <param name="logger">Gets questions without an answer.</param>
public sealed partial class DnsNames(IReadOnlyList<IPEndPoint> servers, ILogger logger) : HostNames
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    private readonly Lazy<LookupClient> _dns = new(() => new LookupClient(Options([.. servers])), LazyThreadSafetyMode.PublicationOnly);    // a host without servers may have some later

    public override Task<NameAnswer<IPAddress>> AddressesAsync(string host) => IsThisHost(host)
        ? Task.FromResult(new NameAnswer<IPAddress>([IPAddress.Loopback, IPAddress.IPv6Loopback], TimeSpan.MaxValue))
        : AskAsync<IPAddress>(host, async client =>
        {
            Task<IDnsQueryResponse> four = client.QueryAsync(host, QueryType.A), six = client.QueryAsync(host, QueryType.AAAA);
            await Task.WhenAll(four, six).ConfigureAwait(false);
            DnsResourceRecord[] answers = [.. (await four).Answers, .. (await six).Answers];
            return Answer(answers, answers.OfType<AddressRecord>().Select(record => record.Address));
        });

    public override Task<NameAnswer<ServiceRecord>> ServicesAsync(string name) => AskAsync<ServiceRecord>(name, async client =>
    {
        IReadOnlyList<DnsResourceRecord> answers = (await client.QueryAsync(name, QueryType.SRV).ConfigureAwait(false)).Answers;
        return Answer(answers, answers.OfType<SrvRecord>().Select(record => new ServiceRecord(record.Priority, record.Weight, record.Port, record.Target.Value)));
    });

    public override Task<NameAnswer<NamePointer>> PointersAsync(string name) => AskAsync<NamePointer>(name, async client =>
    {
        IReadOnlyList<DnsResourceRecord> answers = (await client.QueryAsync(name, QueryType.NAPTR).ConfigureAwait(false)).Answers;
        return Answer(answers, answers.OfType<NAPtrRecord>()
            .Select(record => new NamePointer(record.Order, record.Preference, record.Flags, record.Services, record.Replacement.Value)));
    });

    /// <summary>Aliases on the way count: what they lead to is worth as long as they are.</summary>
    private static NameAnswer<T> Answer<T>(IReadOnlyList<DnsResourceRecord> answers, IEnumerable<T> records) =>
        answers.Count == 0 ? new([], AskAgain) : new([.. records], TimeSpan.FromSeconds(answers.Min(record => record.TimeToLive)));

    private static LookupClientOptions Options(IPEndPoint[] servers)
    {
        LookupClientOptions options = servers.Length == 0 ? new LookupClientOptions() : new LookupClientOptions(servers);
        (options.UseCache, options.CacheFailedResults, options.FailedResultsCacheDuration) = (true, true, AskAgain);
        (options.Timeout, options.Retries, options.ThrowDnsErrors) = (_timeout, 1, false);
        return options;
    }

    private static bool IsThisHost(string name) => string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Off the caller's thread from the first step: building a query may open sockets.</summary>
    private Task<NameAnswer<T>> AskAsync<T>(string name, Func<LookupClient, Task<NameAnswer<T>>> ask) => Task.Run(async () =>
    {
        try
        {
            return await ask(_dns.Value).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DnsResponseException or OperationCanceledException or ArgumentException or InvalidOperationException
            or System.Net.Sockets.SocketException)
        {
            LogFailed(logger, name, _dns.IsValueCreated ? e.Message : "this host names no server to ask; sip.dns_servers can name some");
            return new NameAnswer<T>([], AskAgain);
        }
    });

    [LoggerMessage(Level = LogLevel.Warning, Message = "DNS does not answer for {Name}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string name, string reason);
}
