using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

public sealed class ProblemTests(PostgresCluster cluster)
{
    private static readonly (string Method, string Path, string? Body, string Fields)[] s_bad =
    [
        ("POST", "/users", """{"name":"a b"}""", "name"),
        ("POST", "/users", """{"nam":"x"}""", "nam,name"),
        ("POST", "/users", """{"name":5}""", "name"),
        ("POST", "/users", """{"name":null}""", "name"),
        ("POST", "/users", """{"name":"1009","extension":"maybe"}""", "extension"),
        ("POST", "/users", """{"name":"1009","srtp":"maybe"}""", "srtp"),
        ("POST", "/users", """{"name":"1009","codecs":"mp3"}""", "codecs"),
        ("POST", "/users", """{"name":"1009","display_name":"\u0007"}""", "display_name"),
        ("POST", "/users", """{"name":"1009","password":""}""", "password"),
        ("POST", "/agents", """{"extension":"no spaces"}""", "extension"),
        ("POST", "/agents", """{"extension":"1009","email":"\n"}""", "email"),
        ("PUT", "/agents/1009/status", """{"status":"asleep"}""", "status"),
        ("POST", "/menus", """{"id":"a b","welcome":"Hello."}""", "id"),
        ("POST", "/menus", """{"id":"a"}""", "welcome"),
        ("POST", "/menus", """{"id":"a","welcome":" "}""", "welcome"),
        ("PUT", "/menus/a/options/x", """{"action":"hangup"}""", "digit"),
        ("PUT", "/menus/a/options/12", """{"action":"hangup"}""", "digit"),
        ("PUT", "/menus/a/options/1", """{"action":"dance"}""", "action"),
        ("PUT", "/menus/a/options/1", """{"action":"say"}""", "value"),
        ("PUT", "/extensions/9", """{"kind":"dance","target":"x"}""", "kind"),
        ("PUT", "/extensions/9", """{"kind":"user","target":"nobody"}""", "target"),
        ("PUT", "/extensions/9", """{"kind":"menu","target":"nothing"}""", "target"),
        ("PUT", "/extensions/a%20b", """{"kind":"user","target":"x"}""", "number"),
        ("POST", "/people", """{"name":"x","role":"king"}""", "role"),
        ("POST", "/people", """{"name":"x","role":"viewer","password":"short"}""", "password"),
        ("POST", "/people", """{"name":"owner","role":"viewer"}""", "name"),
        ("POST", "/live-calls/x/transfer", """{"to":"a b"}""", "to"),
        ("GET", "/users?limit=0", null, "limit"),
        ("GET", "/users?limit=many", null, "limit"),
        ("GET", "/users?cursor=x", null, "cursor"),
        ("GET", "/users?colour=red", null, "colour"),
        ("GET", "/calls?limit=0", null, "limit"),
        ("GET", "/calls?since=yesterday", null, "since"),
        ("GET", "/calls?cursor=x", null, "cursor"),
        ("GET", "/audit?cursor=x", null, "cursor"),
    ];

    [Fact]
    public async Task Bad_input_is_a_problem_that_names_the_field()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        Assert.Equal(200, (await admin.SendAsync("POST", "/menus", """{"id":"a2","welcome":"Hello."}""")).Status);
        List<string> wrong = [];
        foreach ((string method, string path, string? body, string fields) in s_bad)
        {
            ApiResult answer = await admin.SendAsync(method, path.Replace("/menus/a/", "/menus/a2/", StringComparison.Ordinal), body);
            if (answer.Status is not (400 or 404) || answer.ContentType != "application/problem+json" || answer.Fields != fields)
                wrong.Add($"{method} {path} {body}: {answer.Status} {answer.ContentType} [{answer.Fields}] {answer.Body?.ToJsonString()}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task What_is_no_JSON_or_not_there_is_a_problem_too()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        foreach ((string method, string path, string? body, int status) in ((string, string, string?, int)[])
            [("POST", "/users", "{", 400), ("POST", "/users", "[]", 400), ("GET", "/users/nobody", null, 404), ("GET", "/nothing", null, 404), ("PATCH", "/users/x", "{}", 404), ("GET", "/live-calls", null, 503)])
        {
            ApiResult answer = await admin.SendAsync(method, path, body);
            Assert.Equal((status, "application/problem+json", status), (answer.Status, answer.ContentType, answer.Body!["status"]!.GetValue<int>()));
            Assert.NotEmpty(answer.Text("detail"));
        }
    }
}
