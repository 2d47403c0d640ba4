using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>Says in the log why a browser behind the ng port hears nothing: nobody else sees its handshakes and checks.</summary>
/// <param name="log">For the host's operator.</param>
/// <param name="post">To the ng thread, so that no media loop waits for a log.</param>
internal sealed partial class NgLegLog(ILogger log, Action<Action> post)
{
    /// <summary>What a leg of this call is to raise its events to.</summary>
    public Action<MediaEvent> For(string callId) => media =>
    {
        switch (media)
        {
            case DtlsFailed { Reason: var reason }:
                post(() => NoKeys(log, callId, media.Leg.LocalRtp, reason));
                break;
            case ConsentLost:
                post(() => NoWay(log, callId, media.Leg.LocalRtp));
                break;
        }
    };

    [LoggerMessage(LogLevel.Warning, "ng call {CallId}, leg {Leg}: DTLS failed, its peer hears nothing and is not heard: {Reason}")]
    private static partial void NoKeys(ILogger log, string callId, IPEndPoint leg, string reason);

    [LoggerMessage(LogLevel.Warning, "ng call {CallId}, leg {Leg}: ICE failed, its peer made and answered no check for 30 s: nothing more is sent to it")]
    private static partial void NoWay(ILogger log, string callId, IPEndPoint leg);
}
