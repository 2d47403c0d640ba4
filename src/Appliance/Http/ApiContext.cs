using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Defence;
using Tandem.Events;
using Tandem.Http.Access;
using Tandem.Media.Recording;
using Tandem.Routing;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem.Http;

/// <summary>What the handlers work with. With no appliance running the live parts are missing.</summary>
public sealed record ApiContext
{
    public required TandemOptions Options { get; init; }
    public required Database Database { get; init; }

    /// <summary>The directory of the running appliance; null: none runs.</summary>
    public PhoneDirectory? Directory { get; init; }

    /// <summary>What the running appliance says of itself; null: none runs.</summary>
    public Func<ApplianceStatus>? Status { get; init; }

    /// <summary>Speech; made on first use where no appliance runs.</summary>
    public required Func<SpeechService> Speech { get; init; }

    /// <summary>Renders prompts before somebody waits for them; null: the next start does it.</summary>
    public Func<IEnumerable<string>, CancellationToken, Task>? RenderPrompts { get; init; }

    /// <summary>Controls the recording of a call; its result is null where there is no such call or recording. Null: no appliance runs.</summary>
    internal Func<Guid, RecordingAction, Task<CallRecording?>>? Record { get; init; }

    /// <summary>The calls and phones of the running appliance; null: none runs.</summary>
    internal CallPlane? Calls { get; init; }

    /// <summary>What happens in the running appliance; with none, nobody hears.</summary>
    public EventHub Events { get; init; } = new();

    /// <summary>What keeps strangers out; null: no appliance runs.</summary>
    internal DefencePlane? Defence { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How people here dial.</summary>
    internal NumberPlan Home => NumberPlan.Of(Options.Numbers);

    /// <summary>Knows people; made with the database.</summary>
    public required AccessControl Access { get; init; }

    /// <summary>Who asks.</summary>
    public required ApiCaller Caller { get; init; }

    /// <summary>Cancelled when the appliance stops: what streams must end.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Streams of events show so often that they are alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What the answer carries besides its body; each request has its own.</summary>
    internal ApiReply Reply { get; init; } = new();

    /// <summary>The change in hand, to be written down with it; null: none.</summary>
    internal AuditedChange? Change { get; init; }

    /// <summary>Changes of objects come one after the other, so that what If-Match was compared with is what is changed.</summary>
    internal SemaphoreSlim Changing { get; init; } = new(1, 1);

    /// <summary>Writes in one transaction, with the audit log, and puts the change into force.</summary>
    public async Task<T> ChangeAsync<T>(Func<DbSession, T> change, CancellationToken cancellation)
    {
        T result = await Database.WriteAsync(session =>
        {
            T changed = change(session);
            Change?.Write(session);
            return changed;
        }, cancellation).ConfigureAwait(false);
        if (Directory is { } directory) await directory.ReloadAsync(cancellation).ConfigureAwait(false);
        return result;
    }
}
