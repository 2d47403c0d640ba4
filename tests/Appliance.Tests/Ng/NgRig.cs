using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net;
using Tandem.Ng;

namespace Appliance.Tests.Ng;

/// <summary>The ng session logic over a real media plane on loopback; time is the test's.</summary>
internal sealed class NgRig : IDisposable
{
    private readonly NgDocument _document = new();
    private readonly NgWriter _reply = new();
    private readonly MediaPlane _plane;

    public NgRig(int firstPort, int lastPort)
    {
        _plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(firstPort, lastPort, null)], Loops = 1, Batch = TimeSpan.Zero }, NullLoggerFactory.Instance);
        Calls = new NgCalls(_plane, new NgPlaces([], new AdvertisedAddresses([], [])), OpusSending.Default, new NgLegLog(Log, said => said()), TimeSpan.FromSeconds(60), unixAtZero: 1_000_000);
    }

    public NgCalls Calls { get; }

    /// <summary>What the operator is told.</summary>
    public LineLog Log { get; } = new();

    public TimeSpan Now { get; set; }

    public MediaPlaneStatus Media => _plane.Status;

    public static string Sdp(int port, string formats = "0 8 101", string extra = "", string profile = "RTP/AVP", string address = "127.0.0.1") =>
        $"v=0\r\no=alice 1 2 IN IP4 192.0.2.9\r\ns=call\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} {profile} {formats}\r\n"
        + string.Concat(formats.Split(' ').Select(RtpMap)) + extra;

    public static Dictionary<string, object> Request(string command, string fromTag, string? toTag = null, string? sdp = null)
    {
        Dictionary<string, object> request = new() { ["command"] = command, ["call-id"] = "call-1", ["from-tag"] = fromTag };
        if (toTag is not null) request["to-tag"] = toTag;
        if (sdp is not null) request["sdp"] = sdp;
        return request;
    }

    public Dictionary<string, object> Send(Dictionary<string, object> request)
    {
        if (!_document.Load(NgDictionary.Bencode(request))) throw new ArgumentException("not a request");
        _reply.Begin("1"u8, json: false);
        Calls.Handle(_document.Root, _reply, Now);
        return (Dictionary<string, object>)NgDictionary.Read(_reply.Written[2..]);
    }

    /// <summary>Offer or answer; returns the rewritten SDP.</summary>
    public string Exchange(string command, string fromTag, string? toTag, string sdp, params (string Key, object Value)[] options)
    {
        Dictionary<string, object> request = Request(command, fromTag, toTag, sdp);
        foreach ((string key, object value) in options) request[key] = value;
        Dictionary<string, object> reply = Send(request);
        return reply["result"] is "ok" ? (string)reply["sdp"] : throw new InvalidOperationException((string)reply["error-reason"]);
    }

    public static int Port(string sdp) => int.Parse(Line(sdp, "m=audio ").Split(' ')[0], CultureInfo.InvariantCulture);

    public static IPEndPoint EndPoint(string sdp) => new(IPAddress.Loopback, Port(sdp));

    public static string Line(string sdp, string start) =>
        sdp.Split("\r\n").Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]).FirstOrDefault() ?? "";

    public void Dispose()
    {
        Calls.Dispose();
        _plane.Dispose();
    }

    private static string RtpMap(string payloadType) => payloadType switch
    {
        "101" => "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n",
        "96" => "a=rtpmap:96 opus/48000/2\r\n",
        "97" => "a=rtpmap:97 iLBC/8000\r\na=fmtp:97 mode=20\r\n",
        _ => "",
    };
}
