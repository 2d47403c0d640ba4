using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>Writes what query, delete and statistics tell. Counters are as the media loops published them: a quarter of a second old at most.</summary>
internal static class NgReport
{
    /// <summary>Times, tags with their streams, totals and SSRCs of a call.</summary>
    public static void WriteCall(NgCall call, NgWriter reply)
    {
        reply.Pair("created"u8, call.Created);
        reply.Pair("last signal"u8, call.LastSignal);
        (Traffic Rtp, Traffic Rtcp) totals = default;
        reply.Key("tags"u8);
        reply.OpenDictionary();
        for (int i = 0; i < call.Dialogues.Count; i++)
        {
            for (int side = 0; side < 2; side++)
            {
                NgSide[] sides = call.Dialogues[i].Sides;
                bool named = FirstWith(call.Dialogues, sides[side].Tag) < i || (side == 1 && sides[0].Tag == sides[1].Tag);
                if (!named) WriteSide(call.Dialogues, i, side, reply, ref totals);
            }
        }
        reply.CloseDictionary();
        reply.Key("SSRC"u8);
        reply.OpenDictionary();
        foreach (NgDialogue dialogue in call.Dialogues) WriteSources(dialogue, reply);
        reply.CloseDictionary();
        reply.Key("totals"u8);
        reply.OpenDictionary();
        reply.Key("RTP"u8);
        Write(totals.Rtp, reply);
        reply.Key("RTCP"u8);
        Write(totals.Rtcp, reply);
        reply.CloseDictionary();
    }

    /// <summary>The keys of rtpengine's statistics that have a meaning here.</summary>
    public static void WriteStatistics(NgCounters counters, int calls, MediaPlaneStatus plane, TimeSpan now, NgWriter reply)
    {
        long packets = 0, failures = 0;
        foreach (MediaLoopStatus loop in plane.Loops) (packets, failures) = (packets + loop.PacketsSent, failures + loop.SendFailures);
        reply.Key("statistics"u8);
        reply.OpenDictionary();
        reply.Key("currentstatistics"u8);
        reply.OpenDictionary();
        reply.Pair("sessionsown"u8, calls);
        reply.Pair("sessionsforeign"u8, 0);
        reply.Pair("sessionstotal"u8, calls);
        reply.CloseDictionary();
        reply.Key("totalstatistics"u8);
        reply.OpenDictionary();
        reply.Pair("uptime"u8, ((long)now.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        reply.Pair("managedsessions"u8, calls + counters.Ended + counters.TimedOut);
        reply.Pair("timeoutsessions"u8, counters.TimedOut);
        reply.Pair("regularterminatedsessions"u8, counters.Ended);
        reply.Pair("relayedpackets"u8, packets);
        reply.Pair("relayedpacketerrors"u8, failures);
        reply.CloseDictionary();
        reply.Key("controlstatistics"u8);
        reply.OpenDictionary();
        reply.Pair("totalpingcount"u8, counters.Of(NgCommand.Ping));
        reply.Pair("totaloffercount"u8, counters.Of(NgCommand.Offer));
        reply.Pair("totalanswercount"u8, counters.Of(NgCommand.Answer));
        reply.Pair("totaldeletecount"u8, counters.Of(NgCommand.Delete));
        reply.Pair("totalquerycount"u8, counters.Of(NgCommand.Query));
        reply.Pair("totallistcount"u8, counters.Of(NgCommand.List));
        reply.Pair("totalerrorcount"u8, counters.Errors);
        reply.Pair("totalrepeatedcount"u8, counters.Repeated);
        reply.Pair("totalmalformedcount"u8, counters.Malformed);
        reply.CloseDictionary();
        reply.CloseDictionary();
    }

    private static int FirstWith(List<NgDialogue> dialogues, string tag) => dialogues.FindIndex(dialogue => dialogue.Sides[0].Tag == tag || dialogue.Sides[1].Tag == tag);

    /// <summary>One side, with the streams of every dialogue that it takes part in: who offers to several branches is in all of them.</summary>
    private static void WriteSide(List<NgDialogue> dialogues, int first, int side, NgWriter reply, ref (Traffic Rtp, Traffic Rtcp) totals)
    {
        NgSide own = dialogues[first].Sides[side];
        reply.Key(System.Text.Encoding.UTF8.GetBytes(own.Tag));
        reply.OpenDictionary();
        reply.Pair("tag"u8, own.Tag);
        if (own.Label is { } label) reply.Pair("label"u8, label);
        reply.Pair("created"u8, own.Created);
        reply.Pair("in dialogue with"u8, dialogues[first].Sides[1 - side].Tag);
        reply.Key("medias"u8);
        reply.OpenList();
        int index = 0;
        for (int i = first; i < dialogues.Count; i++)
        {
            int same = dialogues[i].Sides[side].Tag == own.Tag ? side : dialogues[i].Sides[1 - side].Tag == own.Tag ? 1 - side : -1;
            if (same < 0) continue;
            foreach (NgStream stream in dialogues[i].Streams) WriteMedia(stream, ++index, same, reply, ref totals);
        }
        reply.CloseList();
        reply.CloseDictionary();
    }

    private static void WriteMedia(NgStream stream, int index, int side, NgWriter reply, ref (Traffic Rtp, Traffic Rtcp) totals)
    {
        NgEnd end = stream.Ends[side];
        reply.OpenDictionary();
        reply.Pair("index"u8, index);
        reply.Pair("type"u8, stream.Kind);
        reply.Pair("protocol"u8, end.Protocol);
        reply.Key("flags"u8);
        reply.OpenList();
        if (end.Settings is not null) reply.Text("initialized"u8);
        if (end.Multiplexed) reply.Text("rtcp-mux"u8);
        reply.CloseList();
        reply.Key("streams"u8);
        reply.OpenList();
        if (end.Leg is { } leg)
        {
            LegStatistics counted = leg.Statistics;
            var rtp = new Traffic(counted.PacketsReceived, counted.OctetsReceived, counted.Malformed + counted.Rejected);
            var rtcp = new Traffic(counted.RtcpReceived, 0, 0);
            (totals.Rtp, totals.Rtcp) = (totals.Rtp + rtp, totals.Rtcp + rtcp);
            WriteStream(leg.LocalRtp.Port, end.RemoteRtp, "RTP"u8, rtp, reply);
            if (!end.Multiplexed) WriteStream(leg.LocalRtcp.Port, end.RemoteRtcp, "RTCP"u8, rtcp, reply);
        }
        reply.CloseList();
        reply.CloseDictionary();
    }

    private static void WriteStream(int port, IPEndPoint? remote, ReadOnlySpan<byte> flag, in Traffic traffic, NgWriter reply)
    {
        reply.OpenDictionary();
        reply.Pair("local port"u8, port);
        if (remote is not null)
        {
            reply.Key("endpoint"u8);
            Write(remote, reply);
            reply.Key("advertised endpoint"u8);
            Write(remote, reply);
        }
        reply.Key("flags"u8);
        reply.OpenList();
        reply.Text(flag);
        if (remote is not null) reply.Text("filled"u8);
        reply.CloseList();
        reply.Key("stats"u8);
        Write(traffic, reply);
        reply.CloseDictionary();
    }

    /// <summary>One entry for each stream that we send: it names ours, since each leg has an SSRC of its own.</summary>
    private static void WriteSources(NgDialogue dialogue, NgWriter reply)
    {
        foreach (NgStream stream in dialogue.Streams)
        {
            foreach (NgEnd end in stream.Ends)
            {
                if (end.Leg is not { } leg) continue;
                LegStatistics counted = leg.Statistics;
                reply.Key(System.Text.Encoding.ASCII.GetBytes(leg.Ssrc.ToString(CultureInfo.InvariantCulture)));
                reply.OpenDictionary();
                reply.Pair("packets"u8, counted.PacketsSent);
                reply.Pair("bytes"u8, counted.OctetsSent);
                reply.Pair("packets lost"u8, counted.RemoteLost);
                reply.Pair("jitter"u8, (long)counted.RemoteJitterMs);
                if (counted.RoundTripMs is { } roundTrip) reply.Pair("round-trip time"u8, (long)(roundTrip * 1000));
                reply.CloseDictionary();
            }
        }
    }

    private static void Write(IPEndPoint endPoint, NgWriter reply)
    {
        reply.OpenDictionary();
        reply.Pair("family"u8, endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6"u8 : "IPv4"u8);
        reply.Pair("address"u8, endPoint.Address.ToString());
        reply.Pair("port"u8, endPoint.Port);
        reply.CloseDictionary();
    }

    private static void Write(in Traffic traffic, NgWriter reply)
    {
        reply.OpenDictionary();
        reply.Pair("packets"u8, traffic.Packets);
        reply.Pair("bytes"u8, traffic.Bytes);
        reply.Pair("errors"u8, traffic.Errors);
        reply.CloseDictionary();
    }

    private readonly record struct Traffic(long Packets, long Bytes, long Errors)
    {
        public static Traffic operator +(in Traffic a, in Traffic b) => new(a.Packets + b.Packets, a.Bytes + b.Bytes, a.Errors + b.Errors);
    }
}
