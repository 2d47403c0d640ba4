using Sip.Core.Sdp;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>The calls of the ng protocol: a request in, a reply out. One owner, the ng thread; time is an argument.</summary>
/// <param name="plane">The media.</param>
/// <param name="places">Our addresses.</param>
/// <param name="opus">How Opus is made on this host.</param>
/// <param name="log">Of what goes wrong with a leg.</param>
/// <param name="timeout">Silence after which a call is removed.</param>
/// <param name="unixAtZero">Unix time at the monotonic zero, in seconds.</param>
internal sealed class NgCalls(MediaPlane plane, NgPlaces places, OpusSending opus, NgLegLog log, TimeSpan timeout, double unixAtZero) : IDisposable
{
    /// <summary>A call of which one side is on hold may be silent for longer.</summary>
    private static readonly TimeSpan s_heldTimeout = TimeSpan.FromHours(1);

    private readonly Dictionary<string, NgCall> _calls = new(StringComparer.Ordinal);
    private readonly NgNegotiation _negotiation = new(plane, places, opus, log);
    private readonly NgPlayback _playback = new();

    public NgCounters Counters { get; } = new();

    public int Count => _calls.Count;

    /// <summary>Carries out one request and writes the dictionary of its reply. Never throws for what the request holds.</summary>
    public void Handle(NgValue root, NgWriter reply, TimeSpan now)
    {
        NgCommand command = CommandOf(root["command"u8].Bytes);
        Counters.Count(command);
        reply.OpenDictionary();
        string? problem = command switch
        {
            NgCommand.Ping => Pong(reply),
            NgCommand.Offer or NgCommand.Answer => Negotiate(command, NgRequest.Read(root), root["sdp"u8].Bytes, reply, now),
            NgCommand.Delete => Delete(NgRequest.Read(root), reply, now),
            NgCommand.Query => Query(NgRequest.Read(root), reply),
            NgCommand.List => List(root["limit"u8].Integer ?? 32, reply),
            NgCommand.Statistics => Statistics(reply, now),
            NgCommand.PlayMedia => Find(NgRequest.Read(root), out NgRequest request) is { } call ? _playback.Play(call, request, root, reply) : UnknownCall,
            NgCommand.StopMedia => Find(NgRequest.Read(root), out NgRequest request) is { } call ? NgPlayback.Stop(call, request, reply) : UnknownCall,
            _ => "unrecognized command",
        };
        if (problem is not null)
        {
            Counters.CountError();
            reply.Pair("result"u8, "error"u8);
            reply.Pair("error-reason"u8, problem);
        }
        reply.CloseDictionary();
    }

    /// <summary>Removes the calls whose deletion is due and those that nothing was heard of.</summary>
    public void Sweep(TimeSpan now)
    {
        List<NgCall>? over = null;
        foreach (NgCall call in _calls.Values)
        {
            if (call.DeleteAt is { } due && due <= now) (over ??= []).Add(call);
            else if (call.PacketsHeard() is var heard && heard != call.PacketsSeen) (call.PacketsSeen, call.AliveAt) = (heard, now);
            else if (now - call.AliveAt >= (IsHeld(call) ? s_heldTimeout : timeout)) (over ??= []).Add(call);
        }
        foreach (NgCall call in over ?? [])
        {
            if (call.DeleteAt is null) Counters.CountTimedOut();
            Remove(call);
        }
    }

    public void Dispose()
    {
        foreach (NgCall call in _calls.Values) call.Close();
        _calls.Clear();
    }

    private const string UnknownCall = "unknown call-id";

    private static NgCommand CommandOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("offer"u8)) return NgCommand.Offer;
        if (name.SequenceEqual("answer"u8)) return NgCommand.Answer;
        if (name.SequenceEqual("delete"u8)) return NgCommand.Delete;
        if (name.SequenceEqual("ping"u8)) return NgCommand.Ping;
        if (name.SequenceEqual("query"u8)) return NgCommand.Query;
        if (name.SequenceEqual("list"u8)) return NgCommand.List;
        if (name.SequenceEqual("statistics"u8)) return NgCommand.Statistics;
        if (NgValue.SameKey(name, "play media"u8)) return NgCommand.PlayMedia;
        return NgValue.SameKey(name, "stop media"u8) ? NgCommand.StopMedia : NgCommand.Unknown;
    }

    private static string? Pong(NgWriter reply)
    {
        reply.Pair("result"u8, "pong"u8);
        return null;
    }

    private string? Negotiate(NgCommand command, NgRequest request, ReadOnlySpan<byte> sdp, NgWriter reply, TimeSpan now)
    {
        if (request.Problem is { } unsupported) return unsupported;
        if (request.CallId.Length == 0) return "call-id is missing";
        if (request.FromTag.Length == 0) return "from-tag is missing";
        if (sdp.IsEmpty) return "sdp is missing";
        if (!SessionDescription.TryParse(sdp, out SessionDescription? description, out string? wrong)) return $"the SDP cannot be read: {wrong}";
        SessionDescription? rewritten;
        string? problem = command == NgCommand.Offer
            ? Offer(request, description!, now, out rewritten)
            : Answer(request, description!, now, out rewritten);
        if (problem is not null) return problem;
        reply.Pair("result"u8, "ok"u8);
        reply.Pair("sdp"u8, rewritten!.Write());
        return null;
    }

    private string? Offer(NgRequest request, SessionDescription sdp, TimeSpan now, out SessionDescription? rewritten)
    {
        bool known = _calls.TryGetValue(request.CallId, out NgCall? call);
        call ??= new NgCall(request.CallId, Unix(now), now);
        int side = 0;
        NgDialogue? dialogue = call.FindForOffer(request, out side);
        bool opened = dialogue is null;
        if (dialogue is null)
        {
            dialogue = new NgDialogue { ViaBranch = request.ViaBranch };
            (dialogue.Sides[0].Tag, dialogue.Sides[0].Created, dialogue.Sides[1].Created) = (request.FromTag, Unix(now), Unix(now));
            side = 0;
        }
        dialogue.Sides[side].Label = request.Label ?? dialogue.Sides[side].Label;
        string? problem = _negotiation.Offer(call, dialogue, side, request, sdp, now, out rewritten);
        if (problem is not null)
        {
            if (opened) dialogue.Close();
            return problem;
        }
        if (opened) call.Dialogues.Add(dialogue);
        if (!known) _calls.Add(call.CallId, call);
        Touch(call, now);
        return null;
    }

    private string? Answer(NgRequest request, SessionDescription sdp, TimeSpan now, out SessionDescription? rewritten)
    {
        rewritten = null;
        if (request.ToTag.Length == 0) return "to-tag is missing";
        if (!_calls.TryGetValue(request.CallId, out NgCall? call)) return UnknownCall;
        if (call.FindForAnswer(request, out int offerer) is not { } dialogue) return "unknown from-tag";
        NgSide answerer = dialogue.Sides[1 - offerer];
        string? problem = _negotiation.Answer(call, dialogue, offerer, request, sdp, now, out rewritten);
        if (problem is not null) return problem;
        answerer.Tag = request.ToTag;
        answerer.Label = request.Label ?? answerer.Label;
        Touch(call, now);
        return null;
    }

    private string? Delete(NgRequest request, NgWriter reply, TimeSpan now)
    {
        if (!_calls.TryGetValue(request.CallId, out NgCall? call) || Doomed(call, request) is not { Count: > 0 } doomed)
        {
            const string Unknown = "Call-ID not found or tags didn't match";
            if (request.Fatal) return Unknown;
            reply.Pair("result"u8, "ok"u8);
            reply.Pair("warning"u8, Unknown);
            return null;
        }
        if (!request.Fast) NgReport.WriteCall(call, reply);
        reply.Pair("result"u8, "ok"u8);
        bool whole = doomed.Count == call.Dialogues.Count;
        if (whole && request.DeleteDelay is { } delay && delay > TimeSpan.Zero)
        {
            call.DeleteAt = now + delay;
            return null;
        }
        foreach (NgDialogue dialogue in doomed)
        {
            dialogue.Close();
            call.Dialogues.Remove(dialogue);
        }
        if (call.Dialogues.Count == 0)
        {
            Counters.CountEnded();
            Remove(call);
        }
        return null;
    }

    /// <summary>What a delete means: everything where no tag is given; with a branch only that branch; the to-tag only where the flag says so.</summary>
    private static List<NgDialogue> Doomed(NgCall call, NgRequest request)
    {
        List<NgDialogue> doomed = [];
        foreach (NgDialogue dialogue in call.Dialogues)
        {
            if (request.FromTag.Length > 0 && dialogue.SideOf(request.FromTag) < 0) continue;
            if (request.ViaBranch.Length > 0 && dialogue.ViaBranch.Length > 0 && dialogue.ViaBranch != request.ViaBranch) continue;
            if (request is { HonoursToTag: true, ToTag.Length: > 0 } && dialogue.SideOf(request.ToTag) < 0) continue;
            doomed.Add(dialogue);
        }
        return doomed;
    }

    private string? Query(NgRequest request, NgWriter reply)
    {
        if (request.CallId.Length == 0) return "call-id is missing";
        if (!_calls.TryGetValue(request.CallId, out NgCall? call)) return UnknownCall;
        NgReport.WriteCall(call, reply);
        reply.Pair("result"u8, "ok"u8);
        return null;
    }

    private string? List(long limit, NgWriter reply)
    {
        if (limit <= 0) return "limit must be more than 0";
        reply.Key("calls"u8);
        reply.OpenList();
        foreach (string callId in _calls.Keys)
        {
            if (limit-- == 0 || reply.Written.Length > NgPort.MaxReply - 1024) break;
            reply.Text(callId);
        }
        reply.CloseList();
        reply.Pair("result"u8, "ok"u8);
        return null;
    }

    private string? Statistics(NgWriter reply, TimeSpan now)
    {
        NgReport.WriteStatistics(Counters, _calls.Count, plane.Status, now, reply);
        reply.Pair("result"u8, "ok"u8);
        return null;
    }

    private NgCall? Find(NgRequest request, out NgRequest same)
    {
        same = request;
        return _calls.GetValueOrDefault(request.CallId);
    }

    private static bool IsHeld(NgCall call)
    {
        foreach (NgDialogue dialogue in call.Dialogues)
        {
            foreach (NgStream stream in dialogue.Streams)
            {
                foreach (NgEnd end in stream.Ends)
                {
                    if (end.Settings is { Send: false } or { Receive: false }) return true;
                }
            }
        }
        return false;
    }

    private void Touch(NgCall call, TimeSpan now)
    {
        call.LastSignal = Unix(now);
        call.AliveAt = now;
        call.DeleteAt = null;    // signalling goes on: the call is wanted after all
    }

    private void Remove(NgCall call)
    {
        call.Close();
        _calls.Remove(call.CallId);
    }

    private long Unix(TimeSpan now) => (long)(unixAtZero + now.TotalSeconds);
}
