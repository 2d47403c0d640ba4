using System.Globalization;
using System.Text;
using System.Text.Json;
using Tandem.Cli;
using Xunit;

namespace Tandem.Tests.Cli;

/// <summary>Carriers, numbers and routes on the command line, on a data folder where no appliance runs.</summary>
public sealed class RoutingCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_example_of_the_manual_works_as_it_is_written()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        await DoneAsync("user", "set", "1001", "--caller-id", "+34 911 00 00 01");
        await DoneAsync("menu", "add", "main", "--welcome", "Hello");
        await DoneAsync(["carrier", "add", "acme", "--sources", "192.0.2.0/28", "--auth-user", "we", "--auth-password", "-", "--register", "--format", "e164-plus",
            "--max-calls", "30"], "geheim\n");
        await DoneAsync("gateway", "set", "acme", "1", "--uri", "sip.acme.example;transport=tls");
        await DoneAsync("did", "set", "911000000", "--kind", "menu", "--target", "main");
        await DoneAsync("did", "set", "+3491100", "--prefix", "--kind", "user", "--target", "1001", "--forward-to", "600123123");
        await DoneAsync("route", "set", "spain", "--called-prefix", "+34", "--carriers", "acme");
        await DoneAsync("route", "set", "premium", "--called-prefix", "+34806", "--action", "block");

        JsonElement result = await JsonAsync("route", "test", "--from", "1001", "--to", "600 123 123", "--json");
        Assert.Equal(("allow", 0, "+34600123123", "+34911000001"), (Text(result, "outcome"), result.GetProperty("status").GetInt32(), Text(result, "called"), Text(result, "caller_id")));
        JsonElement leg = Assert.Single(result.GetProperty("legs").EnumerateArray());
        Assert.Equal(("acme", "+34600123123", "spain"), (Text(leg, "carrier"), Text(leg, "called"), Text(leg, "route")));
        (int code, string output) = await RunAsync("route", "test", "--from", "1001", "--to", "806111222");
        Assert.Equal(0, code);
        Assert.Contains("Refused with 403: route premium blocks +34806111222.", output, StringComparison.Ordinal);
        Assert.Contains("blocks the call", output, StringComparison.Ordinal);
        Assert.Contains("strangers may not call the outside", (await RunAsync("route", "test", "--from", "1003", "--to", "600123123")).Output, StringComparison.Ordinal);
        Assert.Contains("Did: +34911000000 rings menu main.", (await RunAsync("route", "test", "--from", "+33123456789", "--to", "911000000", "--carrier", "acme")).Output,
            StringComparison.Ordinal);
        result = await JsonAsync("route", "test", "--from", "+33123456789", "--to", "+34911009999", "--carrier", "acme", "--json");
        Assert.Equal(("did", "+33123456789"), (Text(result, "outcome"), Text(result.GetProperty("legs")[0], "caller_id")));
        Assert.Contains("911000000 rings menu main", (await RunAsync("route", "test", "--from", "1", "--to", "911000000", "--carrier", "acme", "--at", "2026-03-01T09:30+01:00")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carriers_password_goes_in_and_is_never_seen_again()
    {
        await DoneAsync("carrier", "add", "acme", "--auth-user", "we", "--auth-password", "sehr-geheim");
        await DoneAsync("carrier", "set", "acme", "--max-calls", "5");
        JsonElement carrier = await JsonAsync("carrier", "show", "acme");
        Assert.True(carrier.GetProperty("has_auth_password").GetBoolean());
        Assert.Equal(5, carrier.GetProperty("max_calls").GetInt32());
        foreach (string[] command in (string[][])[["carrier", "show", "acme"], ["carrier", "list"], ["carrier", "list", "--json"], ["carrier", "export"]])
            Assert.DoesNotContain("sehr-geheim", (await RunAsync(command)).Output, StringComparison.Ordinal);
        await DoneAsync("carrier", "set", "acme", "--auth-password", "");
        Assert.False((await JsonAsync("carrier", "show", "acme")).GetProperty("has_auth_password").GetBoolean());
    }

    [Theory]
    [InlineData(2, "name: 'a b' is not a name", "carrier", "add", "a b")]
    [InlineData(1, "name: carrier acme exists already", "carrier", "add", "acme")]
    [InlineData(1, "name: there is no carrier x", "carrier", "set", "x", "--enabled", "false")]
    [InlineData(2, "sources: '192.0.2.0/33' is not a network", "carrier", "set", "acme", "--sources", "192.0.2.0/33")]
    [InlineData(2, "sources: 0.0.0.0/0 is everybody", "carrier", "set", "acme", "--sources", "0.0.0.0/0")]
    [InlineData(1, "sources: 198.51.100.1/32 belongs to carrier b already", "carrier", "set", "acme", "--sources", "198.51.100.1")]
    [InlineData(1, "inbound_user: there is no user 9", "carrier", "set", "acme", "--inbound-user", "9")]
    [InlineData(2, "register: registering needs an account", "carrier", "set", "acme", "--register")]
    [InlineData(2, "dispatch: 'luck' is not possible. Use one of priority, weight, round_robin", "carrier", "set", "acme", "--dispatch", "luck")]
    [InlineData(2, "max_calls: '-' is not possible. Use a number", "carrier", "set", "acme", "--max-calls", "-")]
    [InlineData(2, "max_calls: -1 is out of range. Use a whole number from 0", "carrier", "set", "acme", "--max-calls=-1")]
    [InlineData(2, "codecs: 'g729' is no list of codecs", "carrier", "set", "acme", "--codecs", "g729")]
    [InlineData(2, "probe_accepted: 100 is out of range", "carrier", "set", "acme", "--probe-accepted", "200,100")]
    [InlineData(2, "country_code: 'es' is not possible", "carrier", "set", "acme", "--country-code", "es")]
    [InlineData(1, "Carrier acme is used by route r, number +34911000000", "carrier", "remove", "acme")]
    [InlineData(2, "uri: a new gateway needs an address", "gateway", "set", "acme", "1")]
    [InlineData(2, "uri: 'sip:me@host' is not the address of a gateway", "gateway", "set", "acme", "1", "--uri", "sip:me@host")]
    [InlineData(2, "uri: 'host;transport=pigeon' is not the address", "gateway", "set", "acme", "1", "--uri", "host;transport=pigeon")]
    [InlineData(2, "weight: 0 is out of range", "gateway", "set", "acme", "1", "--uri", "host", "--weight", "0")]
    [InlineData(1, "carrier: there is no carrier x", "gateway", "set", "x", "1", "--uri", "host")]
    [InlineData(1, "name: carrier acme has no gateway 7", "gateway", "remove", "acme", "7")]
    [InlineData(2, "number: '?' is not a number", "did", "set", "?", "--target", "1001")]
    [InlineData(2, "target: it is missing", "did", "set", "+34911000001")]
    [InlineData(1, "target: there is no user 9", "did", "set", "+34911000001", "--target", "9")]
    [InlineData(1, "target: there is no ring group 9", "did", "set", "+34911000001", "--kind", "group", "--target", "9")]
    [InlineData(2, "forward_to: a number that forwards every call needs one", "did", "set", "+34911000001", "--forward-always")]
    [InlineData(1, "number: +34911 is not among our numbers", "did", "remove", "+34911")]
    [InlineData(2, "carriers: a route that takes calls needs at least one", "route", "set", "s", "--called-prefix", "+34")]
    [InlineData(1, "carriers: there is no carrier x", "route", "set", "s", "--carriers", "acme,x")]
    [InlineData(2, "window: the time zone is missing. Write days, hours and a time zone", "route", "set", "s", "--carriers", "acme", "--window", "mon-fri 08:00-18:00")]
    [InlineData(2, "called_prefix: 'spain' is not the beginning of a number", "route", "set", "s", "--carriers", "acme", "--called-prefix", "spain")]
    [InlineData(2, "at: 'soon' is not a time", "route", "test", "--from", "1", "--to", "2", "--at", "soon")]
    [InlineData(1, "name: there is no route s", "route", "remove", "s")]
    [InlineData(2, "members: a group needs at least one", "group", "set", "g")]
    [InlineData(2, "members: 9999 is a number that rings no user", "group", "set", "g", "--members", "1001,9999")]
    [InlineData(2, "caller_id: '911' is not a number of the world", "user", "set", "1001", "--caller-id", "911")]
    [InlineData(1, "user: there is no user 9", "user", "forward", "9", "--always", "1001")]
    [InlineData(2, "always: 1001 rings 1001 itself", "user", "forward", "1001", "--always", "1001")]
    [InlineData(2, "kind: 'bad' is not possible. Use one of blocked, blocked_caller, emergency", "number", "add", "118", "bad")]
    [InlineData(1, "number: 118 has no such rule", "number", "remove", "118", "blocked")]
    public async Task What_is_wrong_names_the_field_and_says_what_to_do(int expected, string message, params string[] command)
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        await DoneAsync("menu", "add", "main", "--welcome", "Hello");
        await DoneAsync("extension", "add", "9999", "menu", "main");
        await DoneAsync("carrier", "add", "acme");
        await DoneAsync("carrier", "add", "b", "--sources", "198.51.100.1");
        await DoneAsync("route", "set", "r", "--carriers", "acme");
        await DoneAsync("did", "set", "+34911000000", "--carrier", "acme", "--target", "1001");
        (int code, string output) = await RunAsync(command);
        Assert.Contains(message, output.Replace(Environment.NewLine, " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task Groups_forwarding_and_number_rules_are_kept_and_removed()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        Assert.Equal("Group sales rings 1001, +34600123123, sequential.", await DoneAsync("group", "set", "sales", "--members", "1001,+34600123123", "--method", "sequential"));
        await DoneAsync("extension", "add", "2000", "group", "sales");
        Assert.Contains("is used by extension 2000", (await RunAsync("group", "remove", "sales")).Output, StringComparison.Ordinal);
        Assert.Equal("Calls to 1001 go when busy to 2000, after 15 s to +34600123123.",
            await DoneAsync("user", "forward", "1001", "--busy", "2000", "--no-answer", "+34 600 123 123", "--no-answer-seconds", "15"));
        Assert.Equal("Calls to 1001 go after 15 s to +34600123123.", await DoneAsync("user", "forward", "1001", "--busy", ""));
        Assert.Equal("Calls to 1001 ring 1001.", await DoneAsync("user", "forward", "1001", "--off"));
        Assert.Equal("+34806…: blocked.", await DoneAsync("number", "add", "+34806", "blocked", "--prefix", "--note", "premium"));
        Assert.Equal(["+34806", "112", "911"], (await ListAsync("number", "list")).Select(rule => Text(rule, "number")));
        Assert.Equal("911 is no longer emergency.", await DoneAsync("number", "remove", "911", "emergency"));
        Assert.Equal(["+34806", "112"], (await ListAsync("number", "list")).Select(rule => Text(rule, "number")));
    }

    [Fact]
    public async Task A_CSV_file_that_was_exported_changes_nothing_when_it_is_read_again()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        await DoneAsync("carrier", "add", "acme", "--sources", "192.0.2.0/28,2001:db8::1", "--codecs", "pcma,g722", "--probe-accepted", "200,404");
        await DoneAsync("gateway", "set", "acme", "1", "--uri", "192.0.2.1:5080", "--draining");
        await DoneAsync("did", "set", "+34911", "--prefix", "--carrier", "acme", "--target", "1001", "--forward-to", "600123123");
        await DoneAsync("did", "set", "*55", "--target", "1001");
        await DoneAsync("route", "set", "r", "--carriers", "acme", "--window", "mon-fri 08:00-18:00, sat 09:00-13:00 Europe/Madrid", "--cost", "0.0125");
        await DoneAsync("group", "set", "g", "--members", "1001,+34600123123");
        foreach (string kind in (string[])["gateway", "did", "route", "group", "number"])
        {
            string csv = await DoneAsync(kind, "export");
            string file = Write(csv);
            Assert.Contains("0 new, 0 changed, 0 removed.", await DoneAsync(kind, "import", file), StringComparison.Ordinal);
            Assert.Equal(csv, await DoneAsync(kind, "export"));
        }
        string carriers = await DoneAsync("carrier", "export");
        await DoneAsync("carrier", "import", Write(carriers));
        Assert.Equal(carriers, await DoneAsync("carrier", "export"));
    }

    [Fact]
    public async Task A_CSV_file_with_any_error_changes_nothing_and_each_error_has_its_line()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        string file = Write("number;target;carrier;forward_to\r\n+34911000001;1001;;\r\n\r\n+34911000002;\"10\n02\";;\r\n+34911000003;1001;acme;\r\n+34 911 000 001;1001;;\r\n+34911000005;1001\r\n");
        (int code, string output) = await RunAsync("did", "import", file);
        Assert.Equal(1, code);
        Assert.Contains("Line 4: target: there is no user 10", output, StringComparison.Ordinal);
        Assert.Contains("Line 6: carrier: there is no carrier acme.", output, StringComparison.Ordinal);
        Assert.Contains("Line 7: line 2 is about the same one.", output, StringComparison.Ordinal);
        Assert.Contains("Line 8: the row has 2 cells, the header 4.", output, StringComparison.Ordinal);
        Assert.Contains("4 with errors. Nothing was changed.", output, StringComparison.Ordinal);
        Assert.Empty(await ListAsync("did", "list"));
        Assert.Contains("Line 1: there is no column 'nmber'", (await RunAsync("did", "import", Write("nmber\n1"))).Output, StringComparison.Ordinal);
        Assert.Contains("Line 2: a quote is not closed", (await RunAsync("did", "import", Write("number\n\"1"))).Output, StringComparison.Ordinal);
        Assert.Contains("Line 2: number: it is missing", (await RunAsync("did", "import", Write("number,target\n,1001"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_changes_nothing_when_it_comes_back()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        await DoneAsync(["carrier", "add", "acme", "--sources", "192.0.2.0/28", "--auth-user", "we", "--auth-password", "-", "--codecs", "pcma,pcmu"], "geheim\n");
        await DoneAsync("gateway", "set", "acme", "1", "--uri", "sip:192.0.2.5;transport=tcp");
        await DoneAsync("did", "set", "+34911000009", "--target", "1001");
        await DoneAsync("route", "set", "spain", "--called-prefix", "+34", "--carriers", "acme");
        await DoneAsync("group", "set", "sales", "--members", "1001");
        foreach (string kind in (string[])["carrier", "gateway", "did", "route", "group"])
        {
            string file = Path.Combine(_folder, kind + ".csv");
            await RunAsync(kind, "export", file);
            Assert.Equal("1 row: 0 new, 0 changed, 0 removed.", await DoneAsync(kind, "import", file));
        }
        Assert.Equal("1 row: 0 new, 1 changed, 0 removed.", await DoneAsync("carrier", "import", Write("name,auth_password\nacme,anders\n")));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7 is banned until ")]
    [InlineData("203.0.113.", "The account 203.0.113. is shut until ")]
    public async Task A_ban_says_whether_it_is_of_an_address_or_of_an_account(string subject, string said) =>
        Assert.StartsWith(said, await DoneAsync("ban", "add", subject), StringComparison.Ordinal);

    [Fact]
    public async Task A_dry_run_only_checks_and_replace_removes_what_the_file_does_not_name()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        await DoneAsync("did", "set", "+34911000009", "--target", "1001");
        string file = Write("number,target\n+34911000001,1001\n+34911000002,1001\n");
        Assert.Equal("2 rows: 2 new, 0 changed, 1 removed. A dry run: nothing was changed.", await DoneAsync("did", "import", file, "--dry-run", "--replace"));
        Assert.Single(await ListAsync("did", "list"));
        Assert.Equal("2 rows: 2 new, 0 changed, 1 removed.", await DoneAsync("did", "import", file, "--replace"));
        Assert.Equal(["+34911000001", "+34911000002"], (await ListAsync("did", "list")).Select(did => Text(did, "number")));
        Assert.Equal(["+34911000002"], (await ListAsync("did", "list", "+34911000002")).Select(did => Text(did, "number")));
    }

    [Fact]
    public async Task Thousands_of_numbers_are_imported_at_once_and_listed_in_parts()
    {
        await DoneAsync("user", "add", "1001", "--password", "pw");
        var csv = new StringBuilder("number,target\n");
        for (int i = 0; i < 3000; i++) csv.Append(CultureInfo.InvariantCulture, $"+34911{i:000000},1001\n");
        Assert.Equal("3000 rows: 3000 new, 0 changed, 0 removed.", await DoneAsync("did", "import", Write(csv.ToString())));
        Assert.Equal(1000, (await ListAsync("did", "list", "--limit", "1000")).Count);
        Assert.Contains("There are more", await DoneAsync("did", "list", "--limit", "10"), StringComparison.Ordinal);
    }

    private string Write(string csv)
    {
        string file = Path.Combine(_folder, $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(file, csv);
        return file;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private async Task<IReadOnlyList<JsonElement>> ListAsync(params string[] arguments) => [.. (await JsonAsync([.. arguments, "--json"])).EnumerateArray()];

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await DoneAsync(arguments)).RootElement;

    private Task<string> DoneAsync(params string[] arguments) => DoneAsync(arguments, "");

    private async Task<string> DoneAsync(string[] arguments, string input)
    {
        (int code, string output) = await RunAsync(arguments, input);
        Assert.True(code == 0, output);
        return output;
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, "");

    private async Task<(int Code, string Output)> RunAsync(string[] arguments, string input)
    {
        var output = new StringWriter();
        string[] settings = ["--data", _folder, "--set", "numbers.country_code=34", "--set", "numbers.national_prefix="];
        int code = await TandemCommand.RunAsync([.. arguments, .. settings], new StringReader(input), output, output);
        return (code, output.ToString().Trim());
    }
}
