using System.Text.Json.Nodes;
using Tandem.Events;
using Tandem.Http;
using Tandem.Storage;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

/// <summary>What is secret is told once, where it is made, and nowhere else: no answer, no entry of the audit log, no event has it.</summary>
public sealed class SecretTests(PostgresCluster cluster)
{
    private const string Planted = "planted-s3cret-words";

    [Fact]
    public async Task A_planted_secret_is_in_no_answer_no_audit_entry_and_no_event()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        using EventSubscription events = rig.Context.Events.Watch();
        int planted = 0;
        foreach ((string method, string path, string body) in ((string, string, string)[])
        [
            ("POST", "/users", "{\"name\":\"1001\",\"password\":\"SECRET\"}"), ("PUT", "/users/1001/password", "{\"password\":\"SECRET\"}"),
            ("POST", "/people", "{\"name\":\"vic\",\"role\":\"viewer\",\"password\":\"SECRET\"}"), ("PUT", "/people/vic/password", "{\"password\":\"SECRET\"}"),
            ("POST", "/carriers", "{\"name\":\"acme\",\"auth_user\":\"us\",\"auth_password\":\"SECRET\"}"), ("PUT", "/carriers/acme", "{\"auth_password\":\"SECRET\"}"),
            ("POST", "/import/carriers", "{\"csv\":\"name,auth_user,auth_password\\r\\nzeta,us,SECRET\\r\\n\"}"),
        ])
        {
            ApiResult answer = await admin.SendAsync(method, path, body.Replace("SECRET", $"{Planted}-{planted++}", StringComparison.Ordinal));
            Assert.Equal((200, path), (answer.Status, path));
            Assert.DoesNotContain(Planted, answer.Body!.ToJsonString(), StringComparison.Ordinal);
        }
        using ApiClient page = rig.Client();
        Assert.Equal(401, (await page.LogInAsync("vic", Planted + "-wrong")).Status);
        Assert.Equal(401, (await page.LogInAsync(Planted, "in the wrong field")).Status);
        Assert.Equal(200, (await page.LogInAsync("vic", $"{Planted}-3")).Status);
        ApiResult chosen = await page.SendAsync("PUT", "/session/password", $$"""{"current_password":"{{Planted}}-3","password":"{{Planted}}-4"}""");
        Assert.Equal(200, chosen.Status);
        page.Csrf = chosen.Text("csrf_token");
        ApiResult token = await page.SendAsync("POST", "/tokens", """{"name":"x","scopes":["*"]}""");
        string[] secrets = [Planted, token.Text("token"), page.Cookie!.Split('=')[1]];

        List<string> told = [];
        foreach (ApiOperation operation in ApiOperations.All.Where(operation => operation.Method == "GET"))
        {
            string path = operation.Route.Replace("{kind}", "carriers", StringComparison.Ordinal).Replace("{carrier}", "acme", StringComparison.Ordinal).Replace("{id}", token.Text("id"), StringComparison.Ordinal)
                .Replace("{number}", "1001", StringComparison.Ordinal).Replace("{extension}", "1001", StringComparison.Ordinal)
                .Replace("{name}", operation.Route.Split('/')[1] switch { "users" => "1001", "people" => "vic", _ => "acme" }, StringComparison.Ordinal);
            ApiResult answer = await admin.GetAsync(path + (path == "/route-test" ? "?from=1001&to=1" : ""));
            Assert.NotEqual(500, answer.Status);
            if (answer.Body is { } body && secrets.Any(secret => body.ToJsonString().Contains(secret, StringComparison.Ordinal))) told.Add(path);
        }
        while (events.New.TryRead(out NumberedEvent e))
        {
            string text = string.Join(' ', e.Event.Data.Select(field => $"{field.Value}"));
            if (secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))) told.Add($"event {e.Event.Kind}");
        }
        Assert.Empty(told);
        JsonArray log = (await admin.GetAsync("/audit?limit=1000")).Body!["items"]!.AsArray();
        Assert.True(log.Count >= planted, $"{log.Count} entries");
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Who_logs_in_who_is_refused_and_who_logs_out_is_written_down(DatabaseEngine engine)
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster, engine);
        using ApiClient admin = await rig.AdminAsync();
        await rig.AddPersonAsync("ann", "viewer");
        using EventSubscription events = rig.Context.Events.Watch();
        using ApiClient page = rig.Client();
        await page.LogInAsync("ann", "guess guess");
        await page.LogInAsync("nobody at all", "guess guess");
        await page.LogInAsync("ann", ApiRig.Password);
        await page.SendAsync("DELETE", "/session");
        JsonNode?[] log = [.. (await admin.GetAsync("/audit?limit=4")).Body!["items"]!.AsArray().Reverse()];
        Assert.Equal([("ann", "refused"), ("(unknown)", "refused"), ("ann", "logged in"), ("ann", "logged out")],
            log.Select(entry => (entry!["who"]!.ToString(), entry["input"]!["outcome"]!.ToString())));
        Assert.All(log, entry => Assert.Equal(("127.0.0.1", "/session"), (entry!["source"]!.ToString(), entry["target"]!.ToString())));
        Assert.DoesNotContain("guess", string.Concat(log.Select(entry => entry!.ToJsonString())), StringComparison.Ordinal);
        List<string> heard = [];
        while (events.New.TryRead(out NumberedEvent e)) heard.Add($"{e.Event.Kind} {e.Event.Data["outcome"]}");
        Assert.Equal(["session refused", "session refused", "session logged in", "session logged out"], heard);
    }
}
