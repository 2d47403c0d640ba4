using System.Net;
using System.Text.RegularExpressions;
using Interop.EndToEnd;
using Interop.Peers;
using Tandem.Configuration;
using Tandem.Routing;
using Tandem.Storage;
using Tandem.Tests.Signalling;
using Xunit;

namespace Interop.Trunks;

/// <summary>An appliance with a carrier whose gateways and callers are sipp at 127.0.0.2 and above.</summary>
public partial class Trunk : Appliance
{
    public const string Number = "+34911222333", Did = "+34911500001";

    private readonly HashSet<string> _registered = [];

    /// <summary>Where the carrier's hosts are: no address of the appliance's own callers.</summary>
    public static IPAddress Carrier { get; } = IPAddress.Parse("127.0.0.2");

    /// <summary>Whom the appliance asks for names.</summary>
    internal DnsServer Dns { get; } = new();

    /// <summary>Guard and defence are as delivered, but for how many calls a user begins in a minute, and there is no night.</summary>
    protected override TandemSetup Setup => new() { Settings = [.. Waits, "fraud.calls_per_minute=600", "fraud.night=[]"] };

    /// <summary>Where it is, whom it asks for names, and short waits.</summary>
    protected string[] Waits => [ShortWait, $"sip.dns_servers=[\"{Dns.Address}\"]", "numbers.country_code=34", "calls.gateway_ms=2000", "media.timeout_s=8", "calls.ring_seconds=5"];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Dns.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A telephone of one of our users that does what a scenario says, registered until the next test.</summary>
    public async Task<SippRun> PhoneAsync(string user, string scenario)
    {
        int port = Ports.Sip();
        _registered.Add(user);
        SippResult registered = await Sipp.RunAsync(Tandem.Sipp("register") with { User = user, LocalPort = port });
        Assert.True(registered.Succeeded(1), registered.ToString());
        return await Sipp.StartAsync(Tandem.Sipp(scenario) with { User = user, LocalPort = port, Limit = TimeSpan.FromSeconds(90) });
    }

    public SippOptions Gateway(string scenario, int port, params (string Key, string Value)[] keys) => Tandem.Sipp(scenario) with
    {
        Local = Carrier,
        LocalPort = port,
        Keys = keys.ToDictionary(key => key.Key, key => key.Value),
        Limit = TimeSpan.FromSeconds(90),
    };

    /// <summary>Gives the appliance one carrier, "acme", and a route to it; what was configured before is gone.</summary>
    public async Task ConfigureAsync(Carrier carrier, IReadOnlyList<string> gateways, Action<DbSession>? more = null)
    {
        foreach (string user in _registered) await Tandem.CliAsync("registration", "remove", user);
        _registered.Clear();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using (global::Tandem.Storage.Database database = await global::Tandem.Storage.Database.OpenAsync(new DatabaseOptions { File = Path.Combine(Tandem.DataFolder, "tandem.db") }))
        {
            await database.WriteAsync(session =>
            {
                foreach (string table in (string[])["gateways", "routes", "dids", "ring_groups", "forwards", "carriers"]) session.Execute($"DELETE FROM {table}");
                CarrierStore.Save(session, carrier, now);
                for (int i = 0; i < gateways.Count; i++) GatewayStore.Save(session, new Gateway(carrier.Name, $"g{i + 1}", gateways[i]) { Priority = i }, now);
                RouteStore.Save(session, new Route { Name = "out", Carriers = [carrier.Name] }, now);
                UserStore.SetCallerId(session, "1001", "+34911000001", now);
                more?.Invoke(session);
                return true;
            });
        }
        await Tandem.CliAsync("reload");
    }

    public static Carrier Acme { get; } = new() { Name = "acme", Format = NumberFormat.E164Plus, CountryCode = "34", Probe = false, Sources = ["127.0.0.2"] };

    public static string Uri(int port, string parameters = "") => $"sip:{Carrier}:{port}{parameters}";

    /// <summary>The first message of a kind in a trace of sipp's, its lines without their ends.</summary>
    public static string[] First(string trace, string start) => Message(trace, start) ?? throw new Xunit.Sdk.XunitException($"no {start} in:\n{trace}");

    /// <summary>The To tags of all answers to INVITEs that are no challenge.</summary>
    public static HashSet<string> ToTags(string trace)
    {
        HashSet<string> tags = [];
        foreach (string message in trace.Split("\n-----------"))
        {
            if (!Answer().IsMatch(message) || !Invite().IsMatch(message)) continue;
            if (Tag().Match(message) is { Success: true } tag) tags.Add(tag.Groups[1].Value);
        }
        return tags;
    }

    private static string[]? Message(string trace, string start)
    {
        int at = trace.IndexOf($"\n{start}", StringComparison.Ordinal);
        if (at < 0) return null;
        string text = trace[(at + 1)..];
        int end = text.IndexOf("\n-----------", StringComparison.Ordinal);
        return [.. (end < 0 ? text : text[..end]).Split('\n').Select(line => line.TrimEnd('\r'))];
    }

    [GeneratedRegex(@"\nSIP/2\.0 (?!100|401|407)\d{3} ")]
    private static partial Regex Answer();

    [GeneratedRegex(@"\nCSeq: \d+ INVITE")]
    private static partial Regex Invite();

    [GeneratedRegex(@"\nTo:[^\n]*;tag=([^\s;]+)")]
    private static partial Regex Tag();
}
