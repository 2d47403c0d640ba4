using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Interop.Peers;
using Xunit;

namespace Interop.Defence;

/// <summary>The appliance under attack: floods, guessed passwords, scanners.</summary>
public sealed class AttackTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const double TargetMs = 100;
    private const int StallFactor = 5;

    private static readonly IPAddress s_home = IPAddress.Parse("127.7.7.7");

    private TandemProcess _tandem = null!;

    public async ValueTask InitializeAsync() => _tandem = await TandemProcess.StartAsync(new TandemSetup { MediaPorts = 2000, Settings = ["defence.exempt=[\"192.0.2.1/32\"]"] });

    public ValueTask DisposeAsync() => _tandem.DisposeAsync();

    [Fact]
    public Task A_known_caller_gets_through_a_flood_from_many_sources_and_no_memory_is_taken() => UnderFloodAsync(20_000, Median);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_known_caller_gets_through_100_000_junk_requests() => UnderFloodAsync(100_000, Percentile);

    /// <summary>Strangers have a queue of their own, so what the kernel drops is theirs, however long the host stalls. What a call takes is compared with calls
    /// of the same run while something else, of the same weight, sends to a port where nobody is at home: a busy host is the floor of what can be asked for.</summary>
    private async Task UnderFloodAsync(int junk, Func<IReadOnlyList<double>, double> judged)
    {
        using DigestCaller caller = new(s_home, _tandem.Sip, "1001", TandemSetup.Password);
        Assert.Equal(200, caller.Register());
        for (int i = 0; i < 20; i++) Call(caller);
        await Task.Run(() => JunkFlood.Send(_tandem.Sip, junk / 4, 900));
        double floor = judged(await CallsWhileAsync(caller, () => JunkFlood.Send(new IPEndPoint(_tandem.Sip.Address, 9), junk, 900)));
        double before = await MemoryAsync();
        List<double> times = [];
        for (int round = 0; round < 3; round++) times.AddRange(await CallsWhileAsync(caller, () => JunkFlood.Send(_tandem.Sip, junk, 900)));
        double after = await MemoryAsync(), p99 = Percentile(times);
        long[] dropped = Dropped();
        output.WriteLine($"{times.Count} calls under the flood, p99 {p99:0.0} ms, median {Median(times):0.0} ms, beside it {floor:0.0} ms; {before:0.0} MB before, {after:0.0} after; dropped {string.Join(" and ", dropped)}");
        Assert.Equal(2, dropped.Length);
        Assert.Equal(0, dropped.Min());
        Assert.True(after - before < 8, $"{before} MB grew to {after}");
        Assert.True(judged(times) < Math.Max(TargetMs, StallFactor * floor), $"p99 {p99:0.0} ms, median {Median(times):0.0} ms; beside a flood of somebody else {floor:0.0} ms");
    }

    private static async Task<List<double>> CallsWhileAsync(DigestCaller caller, Func<int> flood)
    {
        List<double> times = [];
        Task<int> flooding = Task.Run(flood);
        do times.Add(Call(caller));
        while (!flooding.IsCompleted);
        await flooding;
        return times;
    }

    /// <summary>Datagrams for which the appliance's UDP sockets had no room, by socket.</summary>
    private long[] Dropped() =>
    [
        .. File.ReadLines("/proc/net/udp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{_tandem.SipPort:X4}", StringComparison.Ordinal)).Select(fields => long.Parse(fields[^1], CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public async Task Guessing_is_banned_the_ban_survives_a_restart_and_is_lifted_by_command()
    {
        using DigestCaller guesser = new(IPAddress.Parse("127.8.8.8"), _tandem.Sip, "1001", "");
        int refused = 0;
        for (int i = 0; i < 10; i++) refused += guesser.Guess($"user{i}", "guess") == 403 ? 1 : 0;
        Assert.Equal(10, refused);
        Assert.Equal("", guesser.Probe("OPTIONS", "1001", patience: 3));
        using (DigestCaller other = new(IPAddress.Parse("127.8.8.9"), _tandem.Sip, "1001", TandemSetup.Password)) Assert.Equal(200, other.Register());
        Assert.Contains("127.8.8.8", await _tandem.CliAsync("ban", "list"), StringComparison.Ordinal);
        await _tandem.StopAsync();
        await _tandem.StartAsync();
        Assert.Equal("", guesser.Probe("OPTIONS", "1001", patience: 3));
        Assert.Matches(@"wrong_passwords\s+10", await _tandem.CliAsync("ban", "counters"));
        await _tandem.CliAsync("ban", "remove", "127.8.8.8");
        Assert.StartsWith("SIP/2.0 407 ", guesser.Probe("OPTIONS", "1001", patience: 20), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svmap")]
    [InlineData("svwar", "--force", "-e", "1000-1003", "-m", "INVITE")]
    [InlineData("svwar", "--force", "-e", "1000-1003", "-m", "REGISTER")]
    [InlineData("svcrack", "-u", "1001", "-r", "1-20")]
    public async Task SIPVicious_finds_nothing(string tool, params string[] arguments)
    {
        string said = await ChildProcess.RunAsync("/bin/sh", ["-c", $"{tool} {string.Join(' ', arguments)} -p {_tandem.SipPort} 127.0.0.1 2>&1; true"], TimeSpan.FromSeconds(60));
        Assert.Contains("found nothing", said, StringComparison.Ordinal);
    }

    [Fact]
    public void No_method_lets_a_stranger_call_and_no_header_or_source_makes_him_somebody()
    {
        using DigestCaller stranger = new(IPAddress.Parse("127.9.9.1"), _tandem.Sip, "1001", "");
        string[] tricks = ["", "P-Asserted-Identity: <sip:1001@tandem>\r\n", "Remote-Party-ID: <sip:1001@tandem>\r\n", "X-Tandem-User: 1001\r\n",
            "Route: <sip:tandem;lr>\r\n", "Diversion: <sip:1001@tandem>\r\n", "P-Preferred-Identity: <sip:1001@tandem>\r\n", "Referred-By: <sip:1001@tandem>\r\n",
            "X-Forwarded-For: 127.0.0.1\r\n", "Authorization: Digest username=\"1001\"\r\n", "Authorization: Basic MTAwMTo=\r\n"];
        foreach (string method in (string[])["INVITE", "REFER", "MESSAGE", "SUBSCRIBE", "PUBLISH", "NOTIFY", "INFO", "UPDATE", "OPTIONS", "FOO"])
            foreach (string trick in tricks)
            {
                string known = stranger.Probe(method, "1002", 32, headers: trick), unknown = stranger.Probe(method, "34911234567", 32, headers: trick);
                Assert.StartsWith("SIP/2.0 407 ", known, StringComparison.Ordinal);
                Assert.Equal(Plain(known, "1002"), Plain(unknown, "34911234567"));
            }
    }

    /// <summary>Milliseconds of one call; the port that it had rests for a while, so calls leave some time between them.</summary>
    private static double Call(DigestCaller caller)
    {
        Thread.Sleep(20);
        return caller.Call("9999").TotalMilliseconds;
    }

    private static string Plain(string answer, string extension) =>
        Regex.Replace(answer.Replace(extension, "EXTENSION", StringComparison.Ordinal), "nonce=\"[^\"]*\"|tag=[^\r;]*|branch=[^\r;]*|Call-ID: [^\r]*", "*");

    private async Task<double> MemoryAsync() => (await _tandem.StatusAsync(collect: true)).GetProperty("managed_bytes").GetInt64() / 1e6;

    private static double Percentile(IReadOnlyList<double> times) => times.Order().ElementAt((int)(times.Count * 0.99));

    private static double Median(IReadOnlyList<double> times) => times.Order().ElementAt(times.Count / 2);
}
