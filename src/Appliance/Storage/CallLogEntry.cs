using System.Text.Json.Serialization;

namespace Tandem.Storage;

internal enum CallLogEvent
{
    Started,
    Active,
    Leg,
    Ended,

    /// <summary>A recording of the call was begun; the text in <c>Recording</c> says where.</summary>
    Recorded,

    /// <summary>Nothing happened, calls go on: says after a crash until when the appliance lived.</summary>
    Alive,
}

/// <summary>One event as it stands in the journal. Every one names its call in full, so that none needs an earlier one.</summary>
internal sealed record CallLogEntry(CallLogEvent Event, Guid CallId, string From, string To, DateTimeOffset StartedAt, DateTimeOffset At,
    string? Status = null, string? Reason = null, string? Agent = null, CallLegRecord? Leg = null, string? Recording = null);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallLogEntry))]
internal sealed partial class CallLogJson : JsonSerializerContext;
