using System.Text.Json;
using Tandem.Cli;
using Tandem.Configuration;
using Xunit;

namespace Tandem.Tests.Cli;

/// <summary>The command line on a data folder where no appliance runs.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_users_SRTP_mode_is_optional_until_it_is_set_and_survives_a_new_password()
    {
        await RunAsync("user", "add", "1001", "--password", "geheim");
        await RunAsync("user", "add", "1002", "--password", "geheim", "--srtp", "required");
        Assert.Equal(["optional", "required"], (await ListAsync("user", "list")).Select(user => Text(user, "srtp")));
        Assert.Equal((0, "User 1001 changed."), await RunAsync("user", "set", "1001", "--srtp", "OFF"));
        await RunAsync("user", "password", "1001", "--password", "anders");
        Assert.Equal(["off", "required"], (await ListAsync("user", "list")).Select(user => Text(user, "srtp")));
        (int code, string output) = await RunAsync("user", "set", "1001", "--srtp", "maybe");
        Assert.NotEqual(0, code);
        Assert.Contains("off, optional, required", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_users_codecs_are_the_hosts_until_they_are_set_and_survive_a_new_password()
    {
        await RunAsync("user", "add", "1001", "--password", "geheim");
        await RunAsync("user", "add", "1002", "--password", "geheim", "--codecs", "Opus, pcmu");
        Assert.Equal(["", "opus,pcmu"], (await ListAsync("user", "list")).Select(user => Text(user, "codecs")));
        Assert.Equal((0, "User 1001 changed."), await RunAsync("user", "set", "1001", "--codecs", "g722,pcma"));
        await RunAsync("user", "password", "1001", "--password", "anders");
        await RunAsync("user", "set", "1002", "--codecs", "");
        Assert.Equal(["g722,pcma", ""], (await ListAsync("user", "list")).Select(user => Text(user, "codecs")));
        (int code, string output) = await RunAsync("user", "set", "1001", "--codecs", "g722,g729");
        Assert.NotEqual(0, code);
        Assert.Contains("opus, g722, pcmu, pcma, l16", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_is_added_listed_and_removed_and_its_extension_with_it()
    {
        Assert.Equal((0, "User 1001 added."), await RunAsync("user", "add", "1001", "--password", "geheim", "--name", "Ann"));
        JsonElement user = Assert.Single(await ListAsync("user", "list"));
        Assert.Equal(("1001", "Ann", 0), (Text(user, "name"), Text(user, "display_name"), user.GetProperty("registrations").GetInt32()));
        Assert.Equal("1001", Text(Assert.Single(await ListAsync("extension", "list")), "target"));
        Assert.Equal(0, (await RunAsync("user", "remove", "1001")).Code);
        Assert.Empty(await ListAsync("user", "list"));
        Assert.Empty(await ListAsync("extension", "list"));
    }

    [Fact]
    public async Task A_password_comes_from_the_option_or_standard_input_else_one_is_made_and_shown()
    {
        (int code, string output) = await RunAsync("user", "add", "1001");
        Assert.Equal(0, code);
        Assert.Matches("Password: [a-z0-9]{19}   \\(shown once", output);
        Assert.Equal((0, "User 1001 has a new password."), await RunAsync(["user", "password", "1001"], input: "from a pipe\n"));
        Assert.DoesNotContain("from a pipe", await File.ReadAllTextAsync(Path.Combine(_folder, "tandem.db"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "exists already", "user", "add", "1001")]
    [InlineData(1, "There is no user 9", "user", "remove", "9")]
    [InlineData(2, "is not a user name", "user", "add", "a b")]
    [InlineData(1, "There is no menu nope", "menu", "show", "nope")]
    [InlineData(1, "There is no menu nope", "extension", "add", "7", "menu", "nope")]
    [InlineData(1, "There is no agent 7", "extension", "add", "8", "agents", "7")]
    [InlineData(0, "8 rings agents *", "extension", "add", "8", "agents", "*")]
    [InlineData(0, "", "menu", "option", "m", "1", "agent", "*")]
    [InlineData(0, "", "did", "set", "+34911500001", "--kind", "agents", "--target", "*")]
    [InlineData(1, "there is no ring group none.", "did", "set", "+34911500001", "--kind", "group", "--target", "none")]
    [InlineData(2, "is not an action", "menu", "option", "m", "1", "fly", "x")]
    [InlineData(2, "needs a value", "menu", "option", "m", "1", "transfer")]
    [InlineData(2, "The action is missing", "menu", "option", "m", "1")]
    [InlineData(1, "There is no menu other", "menu", "option", "m", "1", "menu", "other")]
    [InlineData(1, "is used by extension 9", "menu", "remove", "m")]
    [InlineData(1, "User 1001 is used by menu m", "user", "remove", "1001")]
    [InlineData(2, "The welcome is empty", "menu", "set", "m", "--welcome", " ")]
    [InlineData(1, "No appliance is running", "reload")]
    [InlineData(1, "No appliance is running", "status")]
    [InlineData(1, "No appliance is running", "events")]
    [InlineData(2, "--limit takes a number from 1 on", "events", "--limit", "0")]
    [InlineData(1, "There is no call x", "calls", "x")]
    [InlineData(1, "No appliance is running", "calls", "record", "x", "--start")]
    [InlineData(2, "Give one of --start", "calls", "record", "x")]
    [InlineData(2, "Give one of --start", "calls", "record", "x", "--start", "--stop")]
    [InlineData(2, "did you mean sip.udp_port?", "user", "list", "--set", "sip.udp_prot=1")]
    [InlineData(2, "Unrecognized command or argument 'lst'", "user", "lst")]
    [InlineData(2, "cannot be read", "user", "list", "--config", "/does/not/exist.toml")]
    public async Task What_is_wrong_is_said_and_the_exit_code_tells_of_it(int code, string message, params string[] arguments)
    {
        await RunAsync("user", "add", "1001", "--password", "pw");
        await RunAsync("menu", "add", "m", "--welcome", "Hello.");
        await RunAsync("extension", "add", "9", "menu", "m");
        await RunAsync("menu", "option", "m", "5", "transfer", "1001");
        (int actual, string output) = await RunAsync(arguments);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.Equal(code, actual);
    }

    [Fact]
    public async Task A_menu_is_built_option_by_option()
    {
        await RunAsync("menu", "add", "sales", "--welcome", "Sales.", "--name", "Sales");
        await RunAsync("agent", "add", "1001", "--name", "Ann");
        Assert.Equal(0, (await RunAsync("menu", "option", "sales", "1", "agent", "1001")).Code);
        Assert.Equal(0, (await RunAsync("menu", "option", "sales", "#", "repeat")).Code);
        Assert.Equal(0, (await RunAsync("menu", "option", "sales", "1", "transfer", "sip:bob@example.org")).Code);
        Assert.Equal(0, (await RunAsync("menu", "set", "sales", "--welcome", "Welcome.")).Code);
        JsonElement menu = Assert.Single(await ListAsync("menu", "list"));
        Assert.Equal("Welcome.", Text(menu, "welcome"));
        Assert.Equal(["#repeat", "1transfer"], menu.GetProperty("options").EnumerateArray().Select(option => Text(option, "digit") + Text(option, "action_type")));
        Assert.Equal(0, (await RunAsync("menu", "option", "sales", "1", "--remove")).Code);
        Assert.Equal(1, (await RunAsync("menu", "option", "sales", "1", "--remove")).Code);
        Assert.Equal(0, (await RunAsync("menu", "remove", "sales")).Code);
    }

    [Fact]
    public async Task An_agent_goes_offline_and_comes_back()
    {
        await RunAsync("agent", "add", "1001", "--name", "Ann");
        Assert.Equal((0, "Agent 1001 is offline."), await RunAsync("agent", "status", "1001", "offline"));
        Assert.Equal("offline", Text(Assert.Single(await ListAsync("agent", "list")), "status"));
        Assert.Equal((0, "Agent 1001 is available."), await RunAsync("agent", "status", "1001", "available"));
        Assert.Equal(2, (await RunAsync("agent", "status", "1001", "busy")).Code);
        Assert.Equal(0, (await RunAsync("agent", "remove", "1001")).Code);
    }

    [Fact]
    public async Task Init_writes_the_settings_once_and_shows_the_first_passwords_once()
    {
        string file = Path.Combine(_folder, "my.toml");
        (int code, string first) = await RunAsync("init", "--config", file);
        Assert.Equal(0, code);
        Assert.Equal(OptionsFile.Text(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Contains("user 1001   password ", first, StringComparison.Ordinal);
        (_, string second) = await RunAsync("init", "--config", file);
        Assert.DoesNotContain("password ", second, StringComparison.Ordinal);
        Assert.Contains("stays as it is", second, StringComparison.Ordinal);
        Assert.Equal(["1001", "1002", "9999"], (await ListAsync("extension", "list")).Select(extension => Text(extension, "number")));
    }

    [Fact]
    public async Task Check_names_a_taken_port_and_what_to_do()
    {
        using var taken = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        int port = ((System.Net.IPEndPoint)taken.Client.LocalEndPoint!).Port;
        (int code, string output) = await RunAsync("check", "--json", "--set", $"sip.udp_port={port}", "--set", "sip.tcp_port=-1", "--set", "sip.tls_port=-1",
            "--set", "tts.port=-1", "--set", "web.http_port=-1", "--set", "web.https_port=-1", "--set", "sip.addresses=127.0.0.1");
        Assert.Equal(1, code);
        JsonElement bad = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray(), result => Text(result, "what") == $"port UDP 127.0.0.1:{port}");
        Assert.Equal("another program uses it", Text(bad, "finding"));
        Assert.Contains("--set sip.udp_port=PORT", Text(bad, "advice"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_an_empty_log_are_an_empty_list()
    {
        Assert.Empty(await ListAsync("calls"));
        Assert.Empty(await ListAsync("calls", "--active"));
        Assert.Contains("No calls yet", (await RunAsync("calls")).Output, StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private async Task<IReadOnlyList<JsonElement>> ListAsync(params string[] arguments)
    {
        (int code, string output) = await RunAsync([.. arguments, "--json"]);
        Assert.Equal(0, code);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, input: "");

    private async Task<(int Code, string Output)> RunAsync(string[] arguments, string input)
    {
        var output = new StringWriter();
        int code = await TandemCommand.RunAsync([.. arguments, "--data", _folder], new StringReader(input), output, output);
        return (code, output.ToString().Trim());
    }
}
