using System.Globalization;
using System.Net;

namespace Load.Media;

/// <summary>Sets calls up and ends them through the ng protocol.</summary>
internal static class CallSetup
{
    /// <param name="calls">Where they are put, each as it is there.</param>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    public static void SetUpAll(NgClient ng, Engine engine, IReadOnlyList<(MediaKind Kind, int Calls)> jobs, string prefix, List<MediaCall> calls)
    {
        foreach ((MediaKind kind, int count) in jobs)
        {
            for (int i = 0; i < count; i++) calls.Add(SetUp(ng, engine, kind, calls.Count, $"{prefix}-{calls.Count}"));
        }
    }

    public static MediaCall SetUp(NgClient ng, Engine engine, MediaKind kind, int number, string id)
    {
        var call = new MediaCall(number, id, kind);
        string toCallee = ng.Exchange("offer", id, kind.Offer(engine.Generator, Generator.CallerPort), kind.OfferOptions);
        (call.CalleePort, call.CalleeReportPort) = Ports(toCallee, engine);
        string toCaller = ng.Exchange("answer", id, kind.Answer(engine.Generator, Generator.CalleePort), kind.AnswerOptions);
        (call.CallerPort, call.CallerReportPort) = Ports(toCaller, engine);
        call.ToCallee.Target = Native.SocketAddress.From(new IPEndPoint(engine.Ng.Address, call.CallerPort));
        call.ToCaller.Target = Native.SocketAddress.From(new IPEndPoint(engine.Ng.Address, call.CalleePort));
        kind.OnSetUp(call, toCallee, toCaller);
        return call;
    }

    private static (int Rtp, int Rtcp) Ports(string sdp, Engine engine)
    {
        if (!sdp.Contains($"c=IN IP4 {engine.Ng.Address}", StringComparison.Ordinal)) throw new InvalidOperationException($"the SDP names another address:\n{sdp}");
        int rtp = Number(sdp, "m=audio ") ?? throw new InvalidOperationException($"the SDP has no audio:\n{sdp}");
        return (rtp, Number(sdp, "a=rtcp:") ?? rtp + 1);
    }

    private static int? Number(string sdp, string start)
    {
        int at = sdp.IndexOf(start, StringComparison.Ordinal);
        if (at < 0) return null;
        at += start.Length;
        int end = sdp.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
        return int.Parse(sdp.AsSpan(at, end), CultureInfo.InvariantCulture);
    }
}
