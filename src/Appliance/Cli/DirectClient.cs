using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem.Cli;

/// <summary>The handlers of the API in this process, on the database, while no appliance runs.</summary>
internal sealed class DirectClient : ApplianceClient
{
    private readonly ApiContext _context;
    private readonly Lazy<SpeechService> _speech;

    private DirectClient(TandemOptions options, Database database)
    {
        _speech = new Lazy<SpeechService>(() => SpeechService.Start(options.Speech, NullLoggerFactory.Instance));
        _context = new ApiContext { Options = options, Database = database, Speech = () => _speech.Value, Access = new AccessControl(database, TimeProvider.System), Caller = ApiCaller.Owner("command line") };
    }

    public override bool IsRunning => false;

    public static async Task<DirectClient> OpenAsync(TandemOptions options, CancellationToken cancellation)
    {
        DataFolder.Prepare(options.Data.Folder);
        return new DirectClient(options, await Database.OpenAsync(options.Database, cancellation).ConfigureAwait(false));
    }

    public override async Task<TOut> AskAsync<TIn, TOut>(ApiOperation<TIn, TOut> operation, TIn input, CancellationToken cancellation)
    {
        if (!operation.IsChange) return await operation.Handler(_context, input, cancellation).ConfigureAwait(false);
        JsonObject parameters = JsonSerializer.SerializeToNode(input, ApiJson.Options)!.AsObject();
        ApiAnswer answer = await ApiRunner.RunAsync(_context, new ApiRequest(operation, parameters), cancellation).ConfigureAwait(false);
        return answer.Body.Deserialize<TOut>(ApiJson.Options)!;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_speech.IsValueCreated) _speech.Value.Dispose();
        await _context.Database.DisposeAsync().ConfigureAwait(false);
    }
}
