using Tandem.Http;
using Tandem.Storage;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

public sealed class ListTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Lists_come_in_pages_that_lose_and_repeat_nothing_when_items_go(DatabaseEngine engine)
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster, engine);
        using ApiClient admin = await rig.AdminAsync();
        for (int i = 10; i < 35; i++) await rig.OwnerAsync(UserApi.Add, new UserApi.NewUser($"u{i}", "pw"));
        ApiResult first = await admin.GetAsync("/users?limit=10");
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"u{i}"), Names(first));
        await rig.OwnerAsync(UserApi.Remove, new UserApi.UserName("u12"));    // before the cursor
        await rig.OwnerAsync(UserApi.Remove, new UserApi.UserName("u25"));
        ApiResult second = await admin.GetAsync($"/users?limit=10&cursor={first.Text("next")}");
        Assert.Equal(Enumerable.Range(20, 11).Where(i => i != 25).Select(i => $"u{i}"), Names(second));
        await rig.OwnerAsync(UserApi.Remove, new UserApi.UserName("u30"));    // the one that the cursor names
        ApiResult third = await admin.GetAsync($"/users?limit=10&cursor={second.Text("next")}");
        Assert.Equal(["u31", "u32", "u33", "u34"], Names(third));
        Assert.Null(third.Body!["next"]);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Call_history_is_filtered_and_paged_while_calls_come_in(DatabaseEngine engine)
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster, engine);
        using ApiClient admin = await rig.AdminAsync();
        for (int i = 0; i < 12; i++) await AddCallAsync(rig, i, i % 3 == 0 ? "busy" : "completed");
        ApiResult first = await admin.GetAsync("/calls?limit=5");
        await AddCallAsync(rig, 20, "completed");
        ApiResult second = await admin.GetAsync($"/calls?limit=5&cursor={first.Text("next")}"), third = await admin.GetAsync($"/calls?limit=5&cursor={second.Text("next")}");
        Assert.Equal(Enumerable.Range(0, 12).Reverse().Select(i => $"{i:00}"), (string[])[.. Calls(first), .. Calls(second), .. Calls(third)]);
        Assert.Null(third.Body!["next"]);
        Assert.Equal(["09", "06", "03", "00"], Calls(await admin.GetAsync("/calls?status=busy")));
        Assert.Equal(["02"], Calls(await admin.GetAsync("/calls?from=100&to=2")));
        string since = Uri.EscapeDataString(rig.Clock.GetUtcNow().AddMinutes(3).ToString("O")), until = Uri.EscapeDataString(rig.Clock.GetUtcNow().AddMinutes(5).ToString("O"));
        Assert.Equal(["04", "03"], Calls(await admin.GetAsync($"/calls?since={since}&until={until}")));
        Assert.Empty(Calls(await admin.GetAsync("/calls?active=true")));
    }

    [Fact]
    public async Task A_change_of_what_has_changed_meanwhile_is_refused_and_counters_do_not_count()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        await admin.SendAsync("POST", "/agents", """{"extension":"1001"}""");
        await admin.SendAsync("POST", "/menus", """{"id":"m","welcome":"One."}""");
        ApiResult seen = await admin.GetAsync("/menus/m");
        Assert.Equal(304, (await admin.GetAsync("/menus/m", ("If-None-Match", seen.Tag!))).Status);
        ApiResult changed = await admin.SendAsync("PUT", "/menus/m", """{"welcome":"Two."}""", ("If-Match", seen.Tag!));
        Assert.Equal(200, changed.Status);
        Assert.NotEqual(seen.Tag, changed.Tag);
        Assert.Equal((200, changed.Tag), ((await admin.GetAsync("/menus/m", ("If-None-Match", seen.Tag!))).Status, (await admin.GetAsync("/menus/m")).Tag));
        foreach ((string method, string path) in ((string, string)[])[("PUT", "/menus/m"), ("DELETE", "/menus/m"), ("DELETE", "/menus/nothing")])
            Assert.Equal(412, (await admin.SendAsync(method, path, method == "PUT" ? """{"welcome":"Three."}""" : null, ("If-Match", seen.Tag!))).Status);
        Assert.Equal("Two.", (await admin.GetAsync("/menus/m")).Text("welcome"));

        ApiResult agent = await admin.GetAsync("/agents/1001");
        await rig.Database.ExecuteAsync("UPDATE agents SET total_calls = 7");
        Assert.Equal(200, (await admin.GetAsync("/agents/1001", ("If-None-Match", agent.Tag!))).Status);    // it looks different
        Assert.Equal(200, (await admin.SendAsync("DELETE", "/agents/1001", null, ("If-Match", agent.Tag!))).Status);    // but nobody changed it
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Every_change_is_written_down_with_who_where_and_what(DatabaseEngine engine)
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster, engine);
        using ApiClient admin = await rig.AdminAsync();
        await admin.SendAsync("POST", "/users", """{"name":"1001","password":"secret"}""");
        await admin.SendAsync("PUT", "/users/1001", """{"srtp":"required"}""");
        await admin.SendAsync("POST", "/users", """{"name":"1001"}""");    // refused: no change
        await admin.SendAsync("DELETE", "/users/1001");
        ApiResult log = await admin.GetAsync("/audit?who=root&limit=2");
        var entries = log.Body!["items"]!.AsArray();
        Assert.Equal(["DELETE /users/{name}", "PUT /users/{name}"], entries.Select(entry => entry!["operation"]!.ToString()));
        Assert.Equal(("/users/1001", "127.0.0.1"), (entries[1]!["target"]!.ToString(), entries[1]!["source"]!.ToString()));
        Assert.Equal(("optional", "required"), (entries[1]!["before"]!["srtp"]!.ToString(), entries[1]!["after"]!["srtp"]!.ToString()));
        Assert.Null(entries[0]!["after"]);
        var rest = (await admin.GetAsync($"/audit?who=root&cursor={log.Text("next")}")).Body!["items"]!.AsArray();
        Assert.Equal("POST /users", rest.Single()!["operation"]!.ToString());
        Assert.Equal("(hidden)", rest.Single()!["input"]!["password"]!.ToString());
        Assert.Equal(["POST /tokens", "POST /people"], (await admin.GetAsync("/audit?who=owner")).Body!["items"]!.AsArray().Select(entry => entry!["operation"]!.ToString()));
    }

    private static Task<int> AddCallAsync(ApiRig rig, int number, string status) => rig.Database.Database.WriteAsync(session => session.Execute(
        "INSERT INTO call_logs (call_id, from_number, to_number, status, start_time, created_at) VALUES (@id, @from, @to, @status, @at, @at)",
        ("id", $"{number:00}"), ("from", "100"), ("to", $"{number}"), ("status", status), ("at", rig.Clock.GetUtcNow().AddMinutes(number))));

    private static string[] Names(ApiResult page) => [.. page.Body!["items"]!.AsArray().Select(item => item!["name"]!.ToString())];

    private static string[] Calls(ApiResult page) => [.. page.Body!["items"]!.AsArray().Select(item => item!["call_id"]!.ToString())];
}
