using Microsoft.Extensions.Logging;

namespace Tandem.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not take call logs ({Reason}); they wait in the journal, next try in {Delay}")]
    public static partial void DatabaseAway(ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database takes call logs again")]
    public static partial void DatabaseBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refuses the {Event} entry of call {CallId} ({Reason}); the entry is skipped")]
    public static partial void EntryRefused(ILogger logger, CallLogEvent @event, Guid callId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The call-log journal cannot be written ({Reason}); trying again. Is the disk full?")]
    public static partial void JournalRefused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The call-log journal is written but not on the disk ({Reason}); a loss of power now would take its end")]
    public static partial void JournalNotSynced(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The call-log queue is full: {Count} entries dropped so far")]
    public static partial void QueueFull(ILogger logger, long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Journal segment {Segment} is damaged at byte {Offset}; {Path} is kept")]
    public static partial void SegmentDamaged(ILogger logger, long segment, long offset, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Journal segment {Segment} ends inside an entry at byte {Offset}: the appliance was killed while writing it")]
    public static partial void SegmentTorn(ILogger logger, long segment, long offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An earlier run was killed: {Count} calls that it left open are closed as failed")]
    public static partial void CallsClosed(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database refuses the registration of {User} ({Reason}); it will not survive a restart")]
    public static partial void RegistrationRefused(ILogger logger, string user, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Registrations cannot be saved ({Reason}); trying again")]
    public static partial void RegistrationsNotSaved(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database does not take {What} ({Reason}): {Then}")]
    public static partial void NotWritten(ILogger logger, string what, string reason, string then);
}
