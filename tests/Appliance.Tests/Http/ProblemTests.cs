using System.Text.Json.Nodes;
using Tandem.Http;
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
        ("PUT", "/menus/m/options/x", """{"action":"hangup"}""", "digit"),
        ("PUT", "/menus/m/options/12", """{"action":"hangup"}""", "digit"),
        ("PUT", "/menus/m/options/1", """{"action":"dance"}""", "action"),
        ("PUT", "/menus/m/options/1", """{"action":"say"}""", "value"),
        ("PUT", "/extensions/9", """{"kind":"dance","target":"x"}""", "kind"),
        ("PUT", "/extensions/9", """{"kind":"user","target":"nobody"}""", "target"),
        ("PUT", "/extensions/9", """{"kind":"menu","target":"nothing"}""", "target"),
        ("PUT", "/extensions/a%20b", """{"kind":"user","target":"x"}""", "number"),
        ("POST", "/people", """{"name":"x","role":"king"}""", "role"),
        ("POST", "/people", """{"name":"x","role":"viewer","password":"short"}""", "password"),
        ("POST", "/people", """{"name":"owner","role":"viewer"}""", "name"),
        ("POST", "/people", """{"name":"a b","role":"viewer"}""", "name"),
        ("PUT", "/people/root", """{"role":"3"}""", "role"),
        ("PUT", "/people/root/password", """{"password":"short"}""", "password"),
        ("POST", "/tokens", """{"name":"x","scopes":["*"],"days":0}""", "days"),
        ("POST", "/tokens", """{"name":" ","scopes":["*"]}""", "name"),
        ("POST", "/tokens", """{"name":"x","scopes":[]}""", "scopes"),
        ("POST", "/tokens", """{"name":"x","scopes":["pigs:fly"]}""", "scopes"),
        ("POST", "/tokens", """{"name":"x","scopes":["*"],"person":"nobody"}""", "person"),
        ("PUT", "/users/1001", """{"caller_id":"12x"}""", "caller_id"),
        ("PUT", "/users/1001", """{"codecs":"opus,opus"}""", "codecs"),
        ("PUT", "/users/1001", """{"srtp":"maybe"}""", "srtp"),
        ("PUT", "/users/1001/password", """{"password":""}""", "password"),
        ("PUT", "/menus/m", """{"name":"\u0007"}""", "name"),
        ("PUT", "/menus/m", """{"welcome":""}""", "welcome"),
        ("PUT", "/menus/m/options/1", """{"action":"menu","value":"nothing"}""", "value"),
        ("PUT", "/menus/m/options/1", """{"action":"agent","value":"1009"}""", "value"),
        ("PUT", "/menus/m/options/1", """{"action":"play","value":"nothing.wav"}""", "value"),
        ("POST", "/bans", """{"subject":"198.51.100.0/24"}""", "subject"),
        ("POST", "/bans", """{"subject":"198.51.100.1","seconds":0}""", "seconds"),
        ("GET", "/route-test?from=1001", null, "to"),
        ("GET", "/route-test?from=1001&to=1&at=noon", null, "at"),
        ("GET", "/dids?limit=0", null, "limit"),
        ("GET", "/dids?cursor=x", null, "cursor"),
        ("GET", "/export/dreams", null, "kind"),
        ("POST", "/import/dreams", """{"csv":"x"}""", "kind"),
        ("POST", "/import/dids", """{"csv":""}""", "csv"),
        ("POST", "/import/carriers", """{"csv":"name\r\n","replace":true}""", "replace"),
        ("PUT", "/numbers/nice/1", "{}", "kind"),
        ("PUT", "/numbers/blocked/a%20b", "{}", "number"),
        ("PUT", "/numbers/blocked/1", """{"note":"\u0007"}""", "note"),
        ("PUT", "/users/1001/forwarding", """{"always":"1001"}""", "always"),
        ("PUT", "/users/1001/forwarding", """{"busy":"a b!"}""", "busy"),
        ("PUT", "/users/1001/forwarding", """{"no_answer":"a b!"}""", "no_answer"),
        ("PUT", "/users/1001/forwarding", """{"no_answer_seconds":0}""", "no_answer_seconds"),
        ("PUT", "/groups/g", """{"members":[]}""", "members"),
        ("PUT", "/groups/g", """{"members":["3000"]}""", "members"),
        ("PUT", "/groups/g", """{"members":["1001"],"method":"random"}""", "method"),
        ("PUT", "/groups/g", """{"members":["1001"],"ring_seconds":0}""", "ring_seconds"),
        ("PUT", "/groups/g", """{"members":["1001"],"otherwise":"a b!"}""", "otherwise"),
        ("PUT", "/groups/a%20b", """{"members":["1001"]}""", "name"),
        ("PUT", "/carriers/acme/gateways/a%20b", """{"uri":"sip:192.0.2.1"}""", "name"),
        ("PUT", "/carriers/acme/gateways/g", "{}", "uri"),
        ("PUT", "/carriers/acme/gateways/g", """{"uri":"https://192.0.2.1"}""", "uri"),
        ("PUT", "/carriers/acme/gateways/g", """{"uri":"192.0.2.1","priority":-1}""", "priority"),
        ("PUT", "/carriers/acme/gateways/g", """{"uri":"192.0.2.1","weight":0}""", "weight"),
        ("PUT", "/dids/+34911000001", "{}", "target"),
        ("PUT", "/dids/a%20b!", """{"target":"1001"}""", "number"),
        ("PUT", "/dids/+34911000001", """{"kind":"dance","target":"1001"}""", "kind"),
        ("PUT", "/dids/+34911000001", """{"target":"nobody"}""", "target"),
        ("PUT", "/dids/+34911000001", """{"kind":"group","target":"nothing"}""", "target"),
        ("PUT", "/dids/+34911000001", """{"target":"1001","carrier":"nothing"}""", "carrier"),
        ("PUT", "/dids/+34911000001", """{"target":"1001","forward_to":"a b!"}""", "forward_to"),
        ("PUT", "/dids/+34911000001", """{"target":"1001","forward_always":true}""", "forward_to"),
        ("PUT", "/routes/a%20b", """{"carriers":["acme"]}""", "name"),
        ("PUT", "/routes/r", "{}", "carriers"),
        ("PUT", "/routes/r", """{"carriers":["nothing"]}""", "carriers"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"priority":-1}""", "priority"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"caller_prefix":"a b!"}""", "caller_prefix"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"called_prefix":"abc"}""", "called_prefix"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"action":"dance"}""", "action"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"window":"now and then"}""", "window"),
        ("PUT", "/routes/r", """{"carriers":["acme"],"cost":-2}""", "cost"),
        ("POST", "/carriers", """{"name":"a b"}""", "name"),
        ("PUT", "/carriers/acme", """{"sources":["0.0.0.0/0"]}""", "sources"),
        ("PUT", "/carriers/acme", """{"sources":["everywhere"]}""", "sources"),
        ("PUT", "/carriers/acme", """{"inbound_user":"nobody"}""", "inbound_user"),
        ("PUT", "/carriers/acme", """{"auth_user":"\u0007"}""", "auth_user"),
        ("PUT", "/carriers/acme", """{"auth_password":"\u0007"}""", "auth_password"),
        ("PUT", "/carriers/acme", """{"auth_realm":"\u0007"}""", "auth_realm"),
        ("PUT", "/carriers/acme", """{"register":true}""", "register"),
        ("PUT", "/carriers/acme", """{"registrar":"https://192.0.2.1"}""", "registrar"),
        ("PUT", "/carriers/acme", """{"register_seconds":1}""", "register_seconds"),
        ("PUT", "/carriers/acme", """{"srtp":"maybe"}""", "srtp"),
        ("PUT", "/carriers/acme", """{"codecs":["mp3"]}""", "codecs"),
        ("PUT", "/carriers/acme", """{"max_calls":-1}""", "max_calls"),
        ("PUT", "/carriers/acme", """{"max_calls_per_second":-1}""", "max_calls_per_second"),
        ("PUT", "/carriers/acme", """{"max_call_seconds":-1}""", "max_call_seconds"),
        ("PUT", "/carriers/acme", """{"dispatch":"dice"}""", "dispatch"),
        ("PUT", "/carriers/acme", """{"strip":-1}""", "strip"),
        ("PUT", "/carriers/acme", """{"prefix":"abc"}""", "prefix"),
        ("PUT", "/carriers/acme", """{"format":"roman"}""", "format"),
        ("PUT", "/carriers/acme", """{"country_code":"ES"}""", "country_code"),
        ("PUT", "/carriers/acme", """{"national_prefix":"x"}""", "national_prefix"),
        ("PUT", "/carriers/acme", """{"international_prefix":"x"}""", "international_prefix"),
        ("PUT", "/carriers/acme", """{"caller_id":"a b!"}""", "caller_id"),
        ("PUT", "/carriers/acme", """{"identity":"passport"}""", "identity"),
        ("PUT", "/carriers/acme", """{"probe_seconds":0}""", "probe_seconds"),
        ("PUT", "/carriers/acme", """{"reliable":"maybe"}""", "reliable"),
        ("PUT", "/carriers/acme", """{"session_seconds":30}""", "session_seconds"),
        ("PUT", "/carriers/acme", """{"probe_down":0}""", "probe_down"),
        ("PUT", "/carriers/acme", """{"probe_up":0}""", "probe_up"),
        ("PUT", "/carriers/acme", """{"probe_accepted":[99]}""", "probe_accepted"),
        ("PUT", "/carriers/acme", """{"cost":-1}""", "cost"),
        ("PUT", "/carriers/acme", """{"cost":0,"cost":1}""", ""),
        ("POST", "/session", """{"name":"\u0000","password":"x"}""", "name"),
        ("GET", "/calls?from=%00", null, "from"),
        ("POST", "/live-calls/x/transfer", """{"to":"1002","party":"both"}""", "party"),
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

    /// <summary>Something of everything, so that what is refused is the field.</summary>
    private static async Task<ApiClient> FilledAsync(ApiRig rig)
    {
        await rig.AddPersonAsync("root", "admin");
        ApiClient admin = rig.Client();    // a page, as programs make no tokens
        await admin.LogInAsync("root", ApiRig.Password);
        foreach ((string method, string path, string body) in ((string, string, string)[])
        [
            ("POST", "/users", """{"name":"1001"}"""), ("POST", "/users", """{"name":"1002"}"""), ("POST", "/agents", """{"extension":"1001"}"""), ("POST", "/menus", """{"id":"m","welcome":"Hello."}"""),
            ("POST", "/carriers", """{"name":"acme"}"""), ("PUT", "/carriers/acme/gateways/g1", """{"uri":"sip:192.0.2.1"}"""),
            ("PUT", "/groups/sales", """{"members":["1001"]}"""), ("PUT", "/extensions/3000", """{"kind":"group","target":"sales"}"""),
        ]) Assert.Equal(200, (await admin.SendAsync(method, path, body)).Status);
        return admin;
    }

    [Fact]
    public async Task Bad_input_is_a_problem_that_names_the_field_and_says_what_to_do()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await FilledAsync(rig);
        List<string> wrong = [];
        foreach ((string method, string path, string? body, string fields) in s_bad)
        {
            ApiResult answer = await admin.SendAsync(method, path, body);
            if (answer.Status is not (400 or 422) || answer.ContentType != "application/problem+json" || answer.Fields != fields || answer.Text("detail").Length < 10)
                wrong.Add($"{method} {path} {body}: {answer.Status} {answer.ContentType} [{answer.Fields}] {answer.Body?.ToJsonString()}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(0, await rig.Database.Database.ReadAsync(session => session.Query("SELECT COUNT(*) FROM routes", row => row.Int(0)).Single(), ApiRig.Stop));    // nothing of it was done
    }

    /// <summary>Fields that take whatever text they are given.</summary>
    private static readonly HashSet<string> s_anyText =
    [
        "POST /session name", "POST /session password", "PUT /session/password current_password", "PUT /session/password password", "POST /say text", "POST /say voice", "POST /say speed",
        "POST /bans reason", "POST /agents name", "POST /menus name", "POST /calls/{id}/recording action",
    ];

    [Fact]
    public async Task Every_field_of_every_body_has_a_case_of_a_wrong_value()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient anybody = rig.Client();
        string[] covered = [.. s_bad.SelectMany(bad => bad.Fields.Split(',').Select(field => (bad.Method, bad.Path, Field: field)))
            .SelectMany(bad => ApiOperations.All.Where(operation => operation.Method == bad.Method && Fits(operation.Route, bad.Path)).Select(operation => $"{bad.Method} {operation.Route} {bad.Field}"))];
        List<string> missing = [];
        foreach ((string path, string method, JsonNode form) in await BodiesAsync(anybody))
            foreach ((string field, JsonNode? schema) in form["properties"]!.AsObject())
                if (!Types(schema!).Contains("boolean") && !s_anyText.Contains($"{method} {path} {field}") && !covered.Contains($"{method} {path} {field}")
                    && !(method == "POST" && path == "/carriers")) missing.Add($"{method} {path} {field}");    // has the fields of PUT
        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Fact]
    public async Task A_value_of_a_wrong_type_is_a_problem_that_names_the_field_whatever_the_field()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await FilledAsync(rig);
        List<string> wrong = [];
        int asked = 0;
        foreach ((string path, string method, JsonNode form) in await BodiesAsync(admin))
        {
            foreach (string field in form["properties"]!.AsObject().Select(field => field.Key).Append("no_such_field"))
            {
                asked++;
                ApiResult answer = await admin.SendAsync(method, Filled(path), "{\"" + field + "\":{\"a\":1}}");
                if (answer.Status != 400 || !answer.Fields.Split(',').Contains(field)) wrong.Add($"{method} {path} {field}: {answer.Status} [{answer.Fields}]");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(asked > 100, $"only {asked} fields");
    }

    private static async Task<List<(string Path, string Method, JsonNode Form)>> BodiesAsync(ApiClient client) => [.. (await client.GetAsync("/openapi.json")).Body!["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Where(operation => operation.Value!["requestBody"] is not null).Select(operation => (path.Key["/api/v1".Length..],
            operation.Key.ToUpperInvariant(), operation.Value!["requestBody"]!["content"]!["application/json"]!["schema"]!)))];

    private static string[] Types(JsonNode schema) => schema["type"] is JsonArray several ? [.. several.Select(type => type!.ToString())] : [schema["type"]?.ToString() ?? ""];

    private static string Filled(string route) => route.Replace("{id}", "a", StringComparison.Ordinal).Replace("{kind}", route.StartsWith("/import", StringComparison.Ordinal) ? "dids" : "blocked", StringComparison.Ordinal)
        .Replace("{digit}", "1", StringComparison.Ordinal).Replace("{carrier}", "acme", StringComparison.Ordinal).Replace("{name}", "1001", StringComparison.Ordinal)
        .Replace("{user}", "1001", StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal).Replace("{extension}", "1001", StringComparison.Ordinal);

    private static bool Fits(string route, string path)
    {
        (string[] parts, string[] given) = (route.Split('/'), path.Split('?')[0].Split('/'));
        return parts.Length == given.Length && parts.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    [Fact]
    public async Task What_others_name_stays_what_exists_is_not_added_again_and_what_is_not_there_is_404()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await FilledAsync(rig);
        foreach (string user in (string[])["1003", "1004", "1005", "1006"]) Assert.Equal(200, (await admin.SendAsync("POST", "/users", $$"""{"name":"{{user}}"}""")).Status);
        foreach ((string path, string body) in ((string, string)[])
        [
            ("/routes/out", """{"carriers":["acme"]}"""), ("/dids/+34911000001", """{"target":"1002"}"""), ("/dids/+34911000002", """{"kind":"menu","target":"m"}"""),
            ("/extensions/4000", """{"kind":"agents","target":"1001"}"""), ("/menus/m/options/1", """{"action":"transfer","value":"1003"}"""),
            ("/users/1001/forwarding", """{"busy":"1004"}"""), ("/dids/+34911000003", """{"target":"1002","forward_to":"1005"}"""),
            ("/users/1006/forwarding", """{"no_answer":"1002"}"""),
        ]) Assert.Equal(200, (await admin.SendAsync("PUT", path, body)).Status);
        Assert.Equal(200, (await admin.SendAsync("DELETE", "/users/1006")).Status);    // his own forwarding goes with him
        foreach ((string method, string path, string? body, int status, string what) in ((string, string, string?, int, string)[])
        [
            ("DELETE", "/users/1001", null, 409, "ring group sales"), ("DELETE", "/users/1002", null, 409, "number +34911000001"), ("DELETE", "/extensions/1001", null, 409, "ring group sales"),
            ("DELETE", "/users/1003", null, 409, "menu m"), ("DELETE", "/users/1004", null, 409, "forwarding of 1001"), ("DELETE", "/users/1005", null, 409, "number +34911000003"),
            ("DELETE", "/extensions/1003", null, 409, "menu m"), ("DELETE", "/extensions/1004", null, 409, "forwarding of 1001"), ("DELETE", "/extensions/1005", null, 409, "number +34911000003"),
            ("DELETE", "/agents/1001", null, 409, "extension 4000"), ("DELETE", "/menus/m", null, 409, "number +34911000002"), ("DELETE", "/groups/sales", null, 409, "extension 3000"),
            ("DELETE", "/carriers/acme", null, 409, "route out"), ("DELETE", "/people/root", null, 409, "only admin"), ("PUT", "/people/root", """{"enabled":false}""", 409, "only admin"),
            ("POST", "/users", """{"name":"1001"}""", 409, "exists"), ("POST", "/agents", """{"extension":"1001"}""", 409, "exists"), ("POST", "/menus", """{"id":"m","welcome":"x"}""", 409, "exists"),
            ("POST", "/carriers", """{"name":"acme"}""", 409, "exists"), ("POST", "/people", """{"name":"root","role":"viewer"}""", 409, "exists"),
            ("PUT", "/carriers/nothing", "{}", 404, "nothing"), ("PUT", "/carriers/nothing/gateways/g", """{"uri":"192.0.2.1"}""", 404, "nothing"), ("PUT", "/users/nobody/forwarding", "{}", 404, "nobody"),
            ("DELETE", "/routes/nothing", null, 404, "nothing"), ("DELETE", "/groups/nothing", null, 404, "nothing"), ("DELETE", "/dids/+34911999999", null, 404, "+34911999999"),
            ("DELETE", "/numbers/blocked/1", null, 404, "1"), ("DELETE", "/bans/198.51.100.1", null, 404, "198.51.100.1"), ("GET", "/calls/nothing", null, 404, "nothing"), ("DELETE", "/tokens/999", null, 404, "999"),
        ])
        {
            ApiResult answer = await admin.SendAsync(method, path, body);
            Assert.Equal((status, method, path), (answer.Status, method, path));
            Assert.Contains(what, answer.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_of_any_object_that_has_changed_meanwhile_is_refused()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await FilledAsync(rig);
        Assert.Equal(200, (await admin.SendAsync("PUT", "/routes/out", """{"carriers":["acme"]}""")).Status);
        Assert.Equal(200, (await admin.SendAsync("PUT", "/dids/+34911000001", """{"target":"1002"}""")).Status);
        foreach ((string path, string change, string late) in ((string, string, string)[])
        [
            ("/users/1001", """{"srtp":"required"}""", """{"srtp":"off"}"""), ("/menus/m", """{"name":"One"}""", """{"name":"Two"}"""), ("/extensions/3000", """{"kind":"user","target":"1001"}""", """{"kind":"group","target":"sales"}"""),
            ("/carriers/acme", """{"max_calls":1}""", """{"max_calls":2}"""), ("/carriers/acme/gateways/g1", """{"priority":1}""", """{"priority":2}"""), ("/routes/out", """{"priority":1}""", """{"priority":2}"""),
            ("/dids/+34911000001", """{"forward_to":"1001"}""", """{"forward_to":""}"""), ("/groups/sales", """{"ring_seconds":11}""", """{"ring_seconds":12}"""), ("/people/root", "{}", "{}"),
        ])
        {
            string seen = (await admin.GetAsync(path)).Tag!;
            Assert.Equal((200, path), ((await admin.SendAsync("PUT", path, change, ("If-Match", seen))).Status, path));
            if (change != "{}") Assert.Equal((412, path), ((await admin.SendAsync("PUT", path, late, ("If-Match", seen))).Status, path));
            Assert.Equal((412, path), ((await admin.SendAsync("PUT", path, late, ("If-Match", "\"0\""))).Status, path));
        }
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_413_and_one_of_another_kind_with_415()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        ApiResult large = await admin.SendAsync("POST", "/import/dids", $$"""{"csv":"{{new string('x', 2 << 20)}}"}""");
        Assert.Equal((413, "application/problem+json"), (large.Status, large.ContentType));
        Assert.Contains("1048576", large.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(200, (await admin.GetAsync("/users")).Status);
        using var http = new HttpClient();
        using HttpResponseMessage other = await http.PostAsync(rig.Url("/session"), new StringContent("name=ann"), ApiRig.Stop);
        Assert.Equal(415, (int)other.StatusCode);
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
