using Microsoft.Extensions.Logging;
using Tandem.Calls.Outside;
using Tandem.Configuration;
using Tandem.Events;
using Tandem.Ivr;
using Tandem.Media;
using Tandem.Media.Recording;
using Tandem.Net;
using Tandem.Signalling;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>What call code works with: the shard it runs on and the parts of the appliance around it.</summary>
internal sealed class CallServices
{
    public CallServices() => DialPlan = new DialPlan(this);

    public required SignallingShard Shard { get; init; }
    public required UserAgent UserAgent { get; init; }
    public required SipTransports Transports { get; init; }
    /// <summary>Where a user's phones can be reached now.</summary>
    public required Func<string, IReadOnlyList<DialTarget>> Contacts { get; init; }

    public required MediaPlane Media { get; init; }
    public required MediaOptions MediaOptions { get; init; }
    /// <summary>What media is called, seen from each peer.</summary>
    public required AdvertisedAddresses MediaAddresses { get; init; }

    public required Recorder Recorder { get; init; }
    public required RecordingOptions Recording { get; init; }

    public required PhoneDirectory Phones { get; init; }
    public required CallLog CallLog { get; init; }
    public required CallWords Words { get; init; }
    public required CallOptions Options { get; init; }
    public required IvrOptions Ivr { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>Calls to and from carriers.</summary>
    public required OutsidePlane Outside { get; init; }

    /// <summary>Who watches hears of it here.</summary>
    public EventHub Events { get; init; } = new();

    public DialPlan DialPlan { get; }
    public LiveCalls Live { get; } = new();
    public AgentBoard Agents => CallLog.Agents;
    public DirectorySnapshot Directory => Phones.Current;
}
