using Tandem.Configuration;
using Tandem.Events;
using Tandem.Media.Recording;
using Tandem.Storage;
using Tandem.Tts;

namespace Tandem.Http;

/// <summary>What the handlers work with. With no appliance running the live parts are missing.</summary>
public sealed class ApiContext
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

    /// <summary>What happens in the running appliance; with none, nobody hears.</summary>
    public EventHub Events { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Writes in one transaction and puts the change into force.</summary>
    public async Task<T> ChangeAsync<T>(Func<DbSession, T> change, CancellationToken cancellation)
    {
        T result = await Database.WriteAsync(change, cancellation).ConfigureAwait(false);
        if (Directory is { } directory) await directory.ReloadAsync(cancellation).ConfigureAwait(false);
        return result;
    }
}
