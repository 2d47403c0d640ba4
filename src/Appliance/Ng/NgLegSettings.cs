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
    /// <param name="other">What the other side takes; null: nothing is passed on as it is, everything is transcoded.</param>
    /// <param name="opus">How Opus is made on this host.</param>
    public static MediaLegSettings For(
        NgEnd end, IReadOnlyList<AudioFormat> sent, IReadOnlyList<AudioFormat> received, IReadOnlyList<AudioFormat>? other, OpusSending opus)
    {
        IPEndPoint rtp = end.RemoteRtp!;
        AudioFormat? voice = null, events = null, noise = null;
        foreach (AudioFormat format in sent)
        {
            if (format.IsTelephoneEvent) events ??= format;
            else if (format.IsComfortNoise) noise ??= format;
            else if (NgFormats.CodecOf(format) is not null) voice ??= format;
        }
        List<(AudioCodec Codec, byte PayloadType)> codecs = new(received.Count);
        List<(int ClockRateHz, byte PayloadType)> eventsIn = [];
        List<byte> passedOn = [];
        int noiseIn = -1;
        foreach (AudioFormat format in received)
        {
            var payloadType = (byte)format.PayloadType;
            if (format.IsTelephoneEvent) eventsIn.Add((format.ClockRateHz, payloadType));
            else if (format.IsComfortNoise) noiseIn = payloadType;
            else if (NgFormats.CodecOf(format) is { } codec) codecs.Add((codec, payloadType));
            if (other is not null && NgFormats.Find(other, format)?.PayloadType == payloadType) passedOn.Add(payloadType);
        }
        return new MediaLegSettings(
            rtp, end.Multiplexed ? rtp : end.RemoteRtcp!, voice is null ? AudioCodec.Pcmu : NgFormats.CodecOf(voice)!.Value, (byte)(voice?.PayloadType ?? 0),
            codecs, events?.PayloadType ?? -1, eventsIn.Count > 0 ? eventsIn[0].PayloadType : -1,
            Send: end.Direction.Receives(), Receive: end.Direction.Sends(), PacketMs(end.Remote?.PtimeMs ?? PtimeMs),
            MediaTimeout: null, RelearnSource: false, end.BehindNat, end.Keys)
        {
            TelephoneEventSendClockHz = events?.ClockRateHz ?? 0,
            TelephoneEventFormats = eventsIn,
            ComfortNoiseSendPt = noise?.PayloadType ?? -1,
            ComfortNoiseReceivePt = noiseIn,
            MaxPtimeMs = end.Remote?.MaxPtimeMs ?? 0,
            PassedOn = passedOn,
            Ice = end.Ice,
            Dtls = end.DtlsKeys,
            Opus = voice is { IsOpus: true } ? Within(opus, OpusParameters.Parse(voice.Fmtp)) : opus,
        };
    }

    private static int PacketMs(int wished) => wished switch { >= 60 => 60, >= 40 => 40, >= 30 => 30, >= 20 => 20, _ => 10 };

    private static OpusSending Within(OpusSending opus, OpusParameters wishes) => opus with
    {
        BitrateBps = wishes.MaxAverageBitrateBps > 0 ? Math.Min(wishes.MaxAverageBitrateBps, opus.BitrateBps) : opus.BitrateBps,
        Fec = opus.Fec && wishes.InbandFec,
        Dtx = wishes.Dtx,
        ConstantBitrate = wishes.ConstantBitrate,
        MaxPlaybackRateHz = wishes.MaxPlaybackRateHz,
    };

    /// <summary>Whether both tell the leg the same.</summary>
    public static bool Same(MediaLegSettings? a, MediaLegSettings b) =>
        a is not null && a.ReceiveFormats.SequenceEqual(b.ReceiveFormats) && a.TelephoneEventFormats.SequenceEqual(b.TelephoneEventFormats)
        && a.PassedOn.SequenceEqual(b.PassedOn) && SameKeys(a.Srtp, b.Srtp) && SameIce(a.Ice, b.Ice)
        && a with
        {
            ReceiveFormats = b.ReceiveFormats,
            TelephoneEventFormats = b.TelephoneEventFormats,
            PassedOn = b.PassedOn,
            Srtp = b.Srtp,
            Ice = b.Ice,
        } == b;

    private static bool SameIce(IceSettings? a, IceSettings? b) =>
        a is null || b is null ? a == b : a.RemoteCandidates.SequenceEqual(b.RemoteCandidates) && a with { RemoteCandidates = b.RemoteCandidates } == b;

    private static bool SameKeys(SrtpSettings? a, SrtpSettings? b) =>
        a is null || b is null ? a is null && b is null
        : a.Profile == b.Profile && a.SendKey.AsSpan().SequenceEqual(b.SendKey) && a.ReceiveKey.AsSpan().SequenceEqual(b.ReceiveKey);
}
