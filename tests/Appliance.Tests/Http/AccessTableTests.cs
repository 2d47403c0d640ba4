using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

/// <summary>Every operation, asked by every role and with every kind of token.</summary>
public sealed class AccessTableTests(PostgresCluster cluster)
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
    };

    [Fact]
    public async Task Every_operation_wants_its_role_and_its_scope()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        foreach (ApiRole role in (ApiRole[])[ApiRole.Viewer, ApiRole.Operator, ApiRole.Admin]) await rig.AddPersonAsync(role.ToString(), role.ToString());
        Dictionary<ApiRole, ApiClient> callers = new() { [ApiRole.None] = rig.Client() };
        foreach (ApiRole role in (ApiRole[])[ApiRole.Viewer, ApiRole.Operator, ApiRole.Admin]) callers[role] = await rig.TokenAsync(role.ToString(), "*");
        Dictionary<string, ApiClient> scoped = [];
        List<string> wrong = [];
        foreach (ApiOperation operation in ApiOperations.All)
        {
            string name = $"{operation.Method} {operation.Route}";
            ApiRole needed = s_exceptions.GetValueOrDefault(name, operation.Method == "GET" ? ApiRole.Viewer : ApiRole.Admin);
            foreach ((ApiRole role, ApiClient caller) in callers)
            {
                int status = await AskAsync(caller, operation);
                bool isRefused = status == (role == ApiRole.None ? 401 : 403);
                if (needed == ApiRole.None ? status != 400 : isRefused == (role >= needed)) wrong.Add($"{name} as {role}: {status}");
            }
            if (operation.Scope is not { } scope) continue;
            string other = scope.StartsWith("audit", StringComparison.Ordinal) ? "users:write" : "audit:read", area = scope.Split(':')[0];
            foreach ((string held, bool enough) in ((string, bool)[])[(scope, true), (area + ":write", true), (area + ":read", scope.EndsWith(":read", StringComparison.Ordinal)), (other, false),
                ("*:read", scope.EndsWith(":read", StringComparison.Ordinal))])
            {
                if (!scoped.TryGetValue(held, out ApiClient? token)) scoped[held] = token = await rig.TokenAsync("Admin", held);
                int status = await AskAsync(token, operation);
                if (status == 403 == enough) wrong.Add($"{name} with {held}: {status}");
            }
        }
        Assert.Empty(wrong);
        foreach (ApiClient client in callers.Values.Concat(scoped.Values)) client.Dispose();
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

    private static async Task<int> AskAsync(ApiClient caller, ApiOperation operation)
    {
        string path = operation.Route.Replace("{id}", "999", StringComparison.Ordinal);
        foreach (string name in operation.PathParameters) path = path.Replace($"{{{name}}}", "x", StringComparison.Ordinal);
        return (await caller.SendAsync(operation.Method, path, operation.Method is "POST" or "PUT" ? "{}" : null)).Status;
    }
}
