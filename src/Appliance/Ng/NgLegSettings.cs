using System.Net;
using Sip.Core.Sdp;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>What a leg is told of an agreement.</summary>
internal static class NgLegSettings
{
    private const int PtimeMs = 20;

    /// <param name="end">The side.</param>
    /// <param name="sent">What it takes, the codec to send first.</param>
    /// <param name="received">What it may send.</param>
    public static MediaLegSettings For(NgEnd end, IReadOnlyList<AudioFormat> sent, IReadOnlyList<AudioFormat> received)
    {
        IPEndPoint rtp = end.RemoteRtp!;
        AudioFormat? voice = null, eventsOut = null, eventsIn = null;
        List<(AudioCodec Codec, byte PayloadType)> formats = new(received.Count);
        foreach (AudioFormat format in sent)
        {
            if (format.IsTelephoneEvent) eventsOut ??= format;
            else if (NgFormats.CodecOf(format) is not null) voice ??= format;
        }
        foreach (AudioFormat format in received)
        {
            if (format.IsTelephoneEvent) eventsIn ??= format;
            else if (NgFormats.CodecOf(format) is { } codec) formats.Add((codec, (byte)format.PayloadType));
        }
        return new MediaLegSettings(
            rtp, end.Multiplexed ? rtp : end.RemoteRtcp!, voice is null ? AudioCodec.Pcmu : NgFormats.CodecOf(voice)!.Value, (byte)(voice?.PayloadType ?? 0),
            formats, eventsOut?.PayloadType ?? -1, eventsIn?.PayloadType ?? -1,
            Send: end.Direction.Receives(), Receive: end.Direction.Sends(), Math.Clamp(end.Remote?.PtimeMs ?? PtimeMs, 10, 100),
            MediaTimeout: null, RelearnSource: false, end.BehindNat);
    }

    /// <summary>Whether both tell the leg the same.</summary>
    public static bool Same(MediaLegSettings? a, MediaLegSettings b) =>
        a is not null && a.ReceiveFormats.SequenceEqual(b.ReceiveFormats) && a with { ReceiveFormats = b.ReceiveFormats } == b;
}
