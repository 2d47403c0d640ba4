using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Cli;
using Tandem.Configuration;
using Tandem.Http;
using Xunit;

namespace Tandem.Tests.Web;

/// <summary>A client whose types and paths openapi-typescript made from our own description uses every operation of a whole appliance; and the description is one by the judgement of another program.</summary>
public sealed class GeneratedClientTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private ApplianceHost? _host;

    public async ValueTask InitializeAsync()
    {
        string[] settings = ["sip.udp_port=0", "sip.tcp_port=-1", "sip.tls_port=-1", "sip.addresses=127.0.0.1", "tts.port=-1", "web.http_port=0", "web.https_port=0",
            "web.addresses=127.0.0.1", "media.ports=33120-33139", "media.loops=1"];
        _host = await ApplianceHost.StartAsync(OptionsLoader.Load(null, _folder, settings), NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_client_made_from_the_description_uses_every_operation()
    {
        string url = _host!.Listening.First(listen => listen.Service == "HTTP, SIP over WS").Address;
        await TandemAsync("person", "add", "root", "--role", "admin", "--password", "long enough for root");
        string token = await MadeTokenAsync("*"), other = await MadeTokenAsync("calls:read");
        string client = Path.Combine(_folder, "client");
        Directory.CreateDirectory(client);
        foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Web", "client"))) File.Copy(file, Path.Combine(client, Path.GetFileName(file)));
        using (var http = new HttpClient())
            await File.WriteAllTextAsync(Path.Combine(client, "openapi.json"), await http.GetStringAsync(new Uri(url + "/api/v1/openapi.json"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await RunAsync(client, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        Assert.Equal("valid", (await RunAsync(client, "node", "lint.mjs")).Trim());
        await RunAsync(client, "node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "tandem.ts", "--default-non-nullable=false");
        await RunAsync(client, "node", "node_modules/typescript/bin/tsc", "--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "client.ts");

        (string user, string password) = _host.MadePasswords[0];
        using var phone = new WsPhone(new IPEndPoint(IPAddress.Loopback, new Uri(url).Port), user, password);
        await phone.ConnectAsync();
        await phone.RegisterAsync();
        await phone.CallAsync("9999");
        string used = $"{ApiOperations.All.Count + 1} operations were used";    // and the stream of events
        Assert.Equal(used, (await RunAsync(client, "node", "client.js", url, token, other)).Trim());
    }

    private async Task<string> MadeTokenAsync(string scope)
    {
        string output = await TandemAsync("token", "add", "test", "--person", "root", "--scope", scope);
        return output.Split('\n').Single(line => line.StartsWith("tnd_", StringComparison.Ordinal)).Split(' ')[0];
    }

    private async Task<string> TandemAsync(params string[] arguments)
    {
        var output = new StringWriter();
        int code = await TandemCommand.RunAsync([.. arguments, "--data", _folder], new StringReader(""), output, output);
        Assert.True(code == 0, output.ToString());
        return output.ToString();
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token), error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
