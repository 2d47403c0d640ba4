using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Tests.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Http.Front;
using Tandem.Storage;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

/// <summary>The API on the public web server over a database of either engine, without calls and media.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly TransportHarness _sip;
    private readonly WebServer _server;
    private readonly TestDatabase _database;

    private ApiRig(TransportHarness sip, WebServer server, TestDatabase database, SettableClock clock, ApiContext context) =>
        (_sip, _server, _database, Clock, Context) = (sip, server, database, clock, context);

    public SettableClock Clock { get; }

    public ApiContext Context { get; }

    public TestDatabase Database => _database;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ApiRig> StartAsync(PostgresCluster cluster, DatabaseEngine engine = DatabaseEngine.Sqlite)
    {
        TestDatabase database = await TestDatabase.CreateAsync(engine, cluster);
        var clock = new SettableClock();
        var options = new TandemOptions { Data = new DataOptions { Folder = database.Folder } };
        var phones = new PhoneDirectory(database.Database);
        await phones.ReloadAsync(Stop);
        var context = new ApiContext
        {
            Options = options,
            Database = database.Database,
            Directory = phones,
            Speech = () => throw new InvalidOperationException("no speech here"),
            Access = new AccessControl(database.Database, clock),
            Caller = ApiCaller.Owner("control socket"),
            Clock = clock,
            Heartbeat = TimeSpan.FromMilliseconds(100),
        };
        var sip = new TransportHarness();
        var web = new WebOptions { HttpPort = 0, HttpsPort = 0, Addresses = [IPAddress.Loopback], RequestsPerSecond = 100_000 };
        var front = new WebFront { Options = web, Certificates = sip.Transports.Certificates, Sip = sip.Transports, Pages = new StaticFiles([]), Api = context };
        return new ApiRig(sip, await WebServer.StartAsync(front, NullLoggerFactory.Instance, Stop), database, clock, context);
    }

    public Uri Url(string path, bool secure = false) =>
        new($"{(secure ? "https" : "http")}://{_server.Listeners.First(listener => listener.Secure == secure).Address}/api/v1{path}");

    /// <summary>As the command line of the host does it.</summary>
    public async Task<TOut> OwnerAsync<TIn, TOut>(ApiOperation<TIn, TOut> operation, TIn input)
    {
        JsonObject parameters = JsonSerializer.SerializeToNode(input, ApiJson.Options)!.AsObject();
        return (await ApiRunner.RunAsync(Context, new ApiRequest(operation, parameters), Stop)).Body.Deserialize<TOut>(ApiJson.Options)!;
    }

    public Task AddPersonAsync(string name, string role) => OwnerAsync(PeopleApi.Add, new PeopleApi.NewPerson(name, role, Password));

    /// <summary>A program with a token of that person.</summary>
    public async Task<ApiClient> TokenAsync(string person, params string[] scopes)
    {
        TokenApi.TokenSecret made = await OwnerAsync(TokenApi.Add, new TokenApi.NewToken("test", scopes, Person: person));
        return Client(made.Token);
    }

    public async Task<ApiClient> AdminAsync()
    {
        await AddPersonAsync("root", "admin");
        return await TokenAsync("root", "*");
    }

    public ApiClient Client(string? token = null, bool secure = false)
    {
        var http = new HttpClient(new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(http, path => Url(path, secure));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _sip.DisposeAsync();
        await _database.DisposeAsync();
    }
}
