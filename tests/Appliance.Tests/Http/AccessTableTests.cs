using System.Text.RegularExpressions;
using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

/// <summary>Every operation, asked by every role and with every kind of token.</summary>
public sealed partial class AccessTableTests(PostgresCluster cluster)
{
    /// <summary>Everybody reads and admins change, but for these.</summary>
    private static readonly Dictionary<string, ApiRole> s_exceptions = new()
    {
        ["POST /session"] = ApiRole.None,
        ["DELETE /session"] = ApiRole.Viewer,
        ["PUT /session/password"] = ApiRole.Viewer,
        ["GET /people"] = ApiRole.Admin,
        ["GET /people/{name}"] = ApiRole.Admin,
        ["GET /audit"] = ApiRole.Admin,
        ["POST /tokens"] = ApiRole.Viewer,
        ["DELETE /tokens/{id}"] = ApiRole.Viewer,
        ["POST /say"] = ApiRole.Operator,
        ["POST /reload"] = ApiRole.Operator,
        ["PUT /agents/{extension}/status"] = ApiRole.Operator,
        ["POST /calls/{id}/recording"] = ApiRole.Operator,
        ["DELETE /live-calls/{id}"] = ApiRole.Operator,
        ["POST /live-calls/{id}/transfer"] = ApiRole.Operator,
        ["DELETE /registrations/{user}"] = ApiRole.Operator,
        ["POST /bans"] = ApiRole.Operator,
        ["DELETE /bans/{subject}"] = ApiRole.Operator,
        ["DELETE /fraud/{name}"] = ApiRole.Operator,
    };

    private static readonly ApiRole[] s_roles = [ApiRole.Viewer, ApiRole.Operator, ApiRole.Admin];

    /// <summary>One operation as the API's own description has it.</summary>
    private sealed record Described(string Method, string Route, string Role, string? Scope)
    {
        public string Name => $"{Method} {Route}";

        public ApiRole Needed => s_exceptions.GetValueOrDefault(Name, Method == "GET" ? ApiRole.Viewer : ApiRole.Admin);

        public bool Changes => Method != "GET";
    }

    private static async Task<Described[]> DescribedAsync(ApiRig rig)
    {
        using ApiClient anybody = rig.Client();
        return [.. (await anybody.GetAsync("/openapi.json")).Body!["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => new Described(
            operation.Key.ToUpperInvariant(), path.Key["/api/v1".Length..], operation.Value!["x-role"]!.ToString(), operation.Value["x-scope"]?.ToString())))];
    }

    [Fact]
    public async Task Every_operation_wants_its_role()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        foreach (ApiRole role in s_roles) await rig.AddPersonAsync(role.ToString(), role.ToString());
        Dictionary<ApiRole, ApiClient> callers = new() { [ApiRole.None] = rig.Client() };
        foreach (ApiRole role in s_roles) callers[role] = await rig.TokenAsync(role.ToString(), "*");
        List<string> wrong = [];
        Described[] all = await DescribedAsync(rig);
        Assert.Equal(ApiOperations.All.Count + 1, all.Length);    // and the stream of events
        Assert.Empty(s_exceptions.Keys.Except(all.Select(operation => operation.Name)));
        foreach (Described operation in all)
        {
            if (!operation.Role.Equals(operation.Needed.ToString(), StringComparison.OrdinalIgnoreCase)) wrong.Add($"{operation.Name} is described as for {operation.Role}");
            foreach ((ApiRole role, ApiClient caller) in callers)
            {
                int status = await AskAsync(caller, operation);
                bool isRefused = status == (role == ApiRole.None ? 401 : 403);
                if (operation.Needed == ApiRole.None ? status != 400 : isRefused == (role >= operation.Needed)) wrong.Add($"{operation.Name} as {role}: {status}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        foreach (ApiClient client in callers.Values) client.Dispose();
    }

    [Fact]
    public async Task Every_operation_wants_its_scope()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("root", "admin");
        Described[] all = [.. (await DescribedAsync(rig)).Where(operation => operation.Needed != ApiRole.None)];
        string[] areas = [.. all.Select(operation => operation.Scope?.Split(':')[0]).OfType<string>().Distinct()];
        Assert.All(all, operation => Assert.Equal(operation.Route.StartsWith("/session", StringComparison.Ordinal) ? null
            : $"{operation.Route.Split('/')[1]}:{(operation.Changes ? "write" : "read")}", operation.Scope));
        List<string> wrong = [];
        foreach (string held in (string[])["*", "*:read", "*:write", .. areas.SelectMany(area => (string[])[$"{area}:read", $"{area}:write"])])
        {
            using ApiClient token = await rig.TokenAsync("root", held);
            string area = held.Split(':')[0];
            bool reads = held.EndsWith(":read", StringComparison.Ordinal);
            foreach (Described operation in all)
            {
                bool enough = operation.Scope is not { } scope || ((area == "*" || area == scope.Split(':')[0]) && !(reads && operation.Changes));
                int status = await AskAsync(token, operation);
                if (status == 403 == enough && operation.Name != "POST /tokens") wrong.Add($"{operation.Name} with {held}: {status}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_change_of_a_page_wants_the_token_of_its_session()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("root", "admin");
        using ApiClient page = rig.Client();
        await page.LogInAsync("root", ApiRig.Password);
        List<string> wrong = [];
        foreach (Described operation in (await DescribedAsync(rig)).Where(operation => operation.Needed != ApiRole.None && operation.Name != "DELETE /session"))
        {
            (string? csrf, page.Csrf) = (page.Csrf, null);
            int without = await AskAsync(page, operation);
            page.Csrf = csrf;
            int with = await AskAsync(page, operation);
            if (without == 403 != operation.Changes || with is 401 or 403) wrong.Add($"{operation.Name}: {without} without, {with} with it");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_token_makes_no_tokens_sees_its_person_s_only_and_ends()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        await rig.AddPersonAsync("vic", "viewer");
        using ApiClient page = rig.Client();
        await page.LogInAsync("vic", ApiRig.Password);
        Assert.Equal(403, (await admin.SendAsync("POST", "/tokens", """{"name":"x","scopes":["*"]}""")).Status);
        Assert.Equal(403, (await page.SendAsync("POST", "/tokens", """{"name":"x","scopes":["*"],"person":"root"}""")).Status);
        ApiResult made = await page.SendAsync("POST", "/tokens", """{"name":"x","scopes":["users:read"],"days":2}""");
        Assert.Equal(200, made.Status);
        using ApiClient program = rig.Client(made.Text("token"));
        Assert.Equal((200, 403), ((await program.GetAsync("/users")).Status, (await program.GetAsync("/calls")).Status));
        Assert.Single((await page.GetAsync("/tokens")).Body!["items"]!.AsArray());
        Assert.Equal(2, (await admin.GetAsync("/tokens")).Body!["items"]!.AsArray().Count);
        rig.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(401, (await program.GetAsync("/users")).Status);
        Assert.Equal(200, (await admin.SendAsync("DELETE", $"/tokens/{made.Text("id")}")).Status);
    }

    /// <summary>Asks for what is not there, with nothing in the body: who may is told so.</summary>
    private static async Task<int> AskAsync(ApiClient caller, Described operation)
    {
        string path = Parameter().Replace(operation.Route, name => name.Value == "{id}" ? "999" : "x");
        if (operation.Name == "GET /events") return await caller.StatusAsync(path);
        return (await caller.SendAsync(operation.Method, path, operation.Method is "POST" or "PUT" ? "{}" : null)).Status;
    }

    [GeneratedRegex("{[a-z_]+}")]
    private static partial Regex Parameter();
}
