using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Load;

/// <summary>What became of the calls of one run.</summary>
/// <param name="SetupMs">From each first INVITE to its 200.</param>
/// <param name="LateMs">How late each call was begun, by the schedule: the generator's own slowness.</param>
public sealed record CallResult(int Begun, int Completed, IReadOnlyDictionary<string, int> Failures, TimeSpan Elapsed, double[] SetupMs, double[] LateMs, int Resent)
{
    public double PerSecond => Completed / Elapsed.TotalSeconds;
}

/// <summary>
/// Makes calls on a fixed schedule from one thread and one UDP socket: INVITE, 200, ACK, BYE, 200, with RFC 3261's repetitions. The schedule
/// does not wait for answers, so a slow appliance shows in the times and failures and not in fewer calls.
/// </summary>
public sealed class CallGenerator : IDisposable
{
    private static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500), GiveUp = TimeSpan.FromSeconds(8);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _media = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _server;
    private readonly string _run = Guid.NewGuid().ToString("N")[..8], _service, _here, _sdp;
    private readonly Dictionary<string, int> _failures = [];
    private readonly List<double> _setup = [], _late = [];
    private readonly Queue<Call> _open = [];
    private Call[] _calls = [];
    private int _completed, _ended, _resent;

    public CallGenerator(IPEndPoint server, string service)
    {
        (_server, _service) = (server, service);
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(server.Address, 0));
        // Where the prompt goes: nobody reads it, the kernel drops it.
        _media.ReceiveBufferSize = 1;
        _media.Bind(new IPEndPoint(server.Address, 0));
        _here = _socket.LocalEndPoint!.ToString()!;
        _sdp = $"v=0\r\no=load 1 1 IN IP4 {server.Address}\r\ns=-\r\nc=IN IP4 {server.Address}\r\nt=0 0\r\n"
            + $"m=audio {((IPEndPoint)_media.LocalEndPoint!).Port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n";
    }

    public CallResult Run(int perSecond, TimeSpan length)
    {
        int count = (int)(perSecond * length.TotalSeconds);
        _calls = new Call[count];
        byte[] buffer = new byte[65536];
        long start = Stopwatch.GetTimestamp();
        int begun = 0;
        while (_ended < count)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(start);
            for (; begun < count && begun <= now.TotalSeconds * perSecond; begun++)
            {
                _late.Add((now.TotalSeconds - (double)begun / perSecond) * 1000);
                _open.Enqueue(_calls[begun] = new Call(begun, now));
                Send(_calls[begun], "INVITE", now);
            }
            while (_socket.Available > 0 || _socket.Poll(TimeSpan.FromMilliseconds(begun < count ? 1 : 5), SelectMode.SelectRead))
            {
                Receive(buffer.AsSpan(0, _socket.Receive(buffer)), Stopwatch.GetElapsedTime(start));
                if (begun < count && begun <= Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond) break;
            }
            Repeat(Stopwatch.GetElapsedTime(start));
        }
        return new CallResult(begun, _completed, _failures, Stopwatch.GetElapsedTime(start), [.. _setup], [.. _late], _resent);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _media.Dispose();
    }

    private void Receive(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        string text = Encoding.ASCII.GetString(bytes);
        if (!text.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
        {
            // The appliance ends a call by itself only when something went wrong here: answer and count it.
            if (Find(text) is { } ended && text.StartsWith("BYE", StringComparison.Ordinal)) Fail(ended, "ended by the appliance");
            return;
        }
        if (Find(text) is not { Done: false } call) return;
        int status = int.Parse(text.AsSpan(8, 3), CultureInfo.InvariantCulture);
        bool invite = Header(text, "CSeq").EndsWith("INVITE", StringComparison.Ordinal);
        if (status < 200)
        {
            call.ResendAt = TimeSpan.MaxValue;
        }
        else if (invite && status < 300)
        {
            (call.To, call.Target) = (Header(text, "To"), Header(text, "Contact").Split('<', '>') is [_, var uri, ..] ? uri : $"sip:{_service}@{_server}");
            Send(call, "ACK", now);
            if (call.Answered) return;
            call.Answered = true;
            _setup.Add((now - call.Begun).TotalMilliseconds);
            call.Interval = T1;
            Send(call, "BYE", now);
        }
        else if (invite)
        {
            call.To = Header(text, "To");
            Send(call, "ACK", now);
            Fail(call, status.ToString(CultureInfo.InvariantCulture));
        }
        else if (status < 300)
        {
            _completed++;
            End(call);
        }
        else
        {
            Fail(call, $"BYE {status}");
        }
    }

    private void Send(Call call, string method, TimeSpan now)
    {
        bool invite = method == "INVITE", secondPart = method == "BYE" || (method == "ACK" && call.Target is not null);
        string body = invite ? _sdp : "";
        // The ACK of a refusal belongs to the INVITE's transaction.
        string branch = method == "ACK" && call.Target is null ? "INVITE" : method;
        string message = $"{method} {(secondPart ? call.Target : $"sip:{_service}@{_server}")} SIP/2.0\r\n"
            + $"Via: SIP/2.0/UDP {_here};branch=z9hG4bK{_run}{call.Number}{branch};rport\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:load@{_here}>;tag={_run}\r\nTo: {call.To ?? $"<sip:{_service}@{_server}>"}\r\nCall-ID: {_run}-{call.Number}\r\n"
            + $"CSeq: {(method == "BYE" ? 2 : 1)} {method}\r\n"
            + (invite ? $"Contact: <sip:load@{_here}>\r\nContent-Type: application/sdp\r\n" : "") + $"Content-Length: {body.Length}\r\n\r\n{body}";
        _socket.SendTo(Encoding.ASCII.GetBytes(message), _server);
        if (method == "ACK") return;
        (call.Waiting, call.ResendAt) = (method, now + call.Interval);
    }

    /// <summary>Repeats what has waited too long and gives up what has waited far too long; calls are looked at in the order of their age.</summary>
    private void Repeat(TimeSpan now)
    {
        for (int n = Math.Min(_open.Count, 50); n > 0; n--)
        {
            Call call = _open.Dequeue();
            if (call.Done) continue;
            if (now - call.Begun > GiveUp)
            {
                Fail(call, $"no answer to {call.Waiting}");
                continue;
            }
            if (now >= call.ResendAt)
            {
                call.Interval *= 2;
                _resent++;
                Send(call, call.Waiting, now);
            }
            _open.Enqueue(call);
        }
    }

    private Call? Find(string text)
    {
        string id = Header(text, "Call-ID");
        return id.StartsWith(_run, StringComparison.Ordinal) ? _calls[int.Parse(id.AsSpan(_run.Length + 1), CultureInfo.InvariantCulture)] : null;
    }

    private void Fail(Call call, string why)
    {
        if (call.Done) return;
        _failures[why] = _failures.GetValueOrDefault(why) + 1;
        End(call);
    }

    private void End(Call call)
    {
        call.Done = true;
        _ended++;
    }

    private static string Header(string text, string name)
    {
        int at = text.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return "";
        at += name.Length + 3;
        return text[at..text.IndexOf('\r', at)].Trim();
    }

    private sealed class Call(int number, TimeSpan begun)
    {
        public int Number => number;

        public TimeSpan Begun => begun;

        public TimeSpan Interval { get; set; } = T1;

        public TimeSpan ResendAt { get; set; }

        public string Waiting { get; set; } = "INVITE";

        public string? To { get; set; }

        public string? Target { get; set; }

        public bool Answered { get; set; }

        public bool Done { get; set; }
    }
}
