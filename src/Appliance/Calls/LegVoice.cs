using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Codecs.Opus;
using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>What one leg may speak: the host's codecs or its user's, and how Opus is made here.</summary>
/// <param name="Formats">In order of preference.</param>
/// <param name="OwnOrder">The order was chosen for this user: it goes before that of the phone's own offers.</param>
/// <param name="Opus">The host's settings.</param>
/// <param name="Srtp">Whether it is encrypted.</param>
internal sealed record LegVoice(IReadOnlyList<AudioFormat> Formats, bool OwnOrder, OpusSending Opus, SrtpMode Srtp)
{
    /// <summary>Opus is spoken whatever the other party does: it gets through bad wireless networks as G.711 does not.</summary>
    public bool StaysWithOpus { get; private init; }

    private static readonly (AudioFormat Format, AudioCodec Codec)[] s_codecs =
    [
        (AudioFormat.Pcmu, AudioCodec.Pcmu), (AudioFormat.Pcma, AudioCodec.Pcma), (AudioFormat.G722, AudioCodec.G722),
        (AudioFormat.Opus, AudioCodec.Opus), (AudioFormat.L16, AudioCodec.L16), (AudioFormat.L16Wide, AudioCodec.L16Wide),
    ];

    private static readonly FrozenDictionary<int, string> s_opusFor = s_codecs.Select(known => known.Codec.SampleRateHz()).Distinct().ToFrozenDictionary(hz => hz, WriteOpusFor);

    /// <summary>What was made of these settings for these users: it is asked for with every leg.</summary>
    private static readonly ConditionalWeakTable<MediaOptions, ConditionalWeakTable<object, LegVoice>> s_made = [];

    private static readonly object s_nobody = new();

    /// <summary>What every telephone speaks.</summary>
    public static LegVoice Telephone { get; } = new([AudioFormat.Pcmu, AudioFormat.Pcma], OwnOrder: false, OpusSending.Default, SrtpMode.Optional);

    /// <summary>Everything that can be spoken at all.</summary>
    public static AudioCapabilities Everything { get; } = new([.. s_codecs.Select(known => known.Format)], TelephoneEvent: true, PtimeMs: 20)
    {
        Security = new MediaSecurity(SrtpMode.Optional, []),
    };

    /// <summary>The codecs of a user, else the host's. Without libopus there is no Opus.</summary>
    public static LegVoice For(MediaOptions options, User? user) => s_made.GetValue(options, static _ => [])
        .GetValue(user ?? s_nobody, _ => For(options, user?.Codecs ?? [], user?.Srtp ?? SrtpMode.Optional));

    /// <summary>Codecs and encryption of a user's or carrier's own.</summary>
    /// <param name="chosen">Empty: those of the host.</param>
    public static LegVoice For(MediaOptions options, IReadOnlyList<CodecName> chosen, SrtpMode srtp)
    {
        bool own = chosen.Count > 0;
        var opus = new OpusSending(options.OpusComplexity, options.OpusBitrate, Enum.Parse<OpusApplication>(options.OpusApplication, ignoreCase: true), options.OpusFec);
        IEnumerable<AudioFormat> formats = (own ? chosen : options.Codecs).SelectMany(codec => codec.Formats);
        return new LegVoice([.. formats.Where(format => !format.IsOpus || OpusLibrary.IsAvailable)], own, opus, srtp);
    }

    /// <summary>The same for a browser: Opus goes first, unless an order was chosen for its user.</summary>
    public LegVoice ForBrowser()
    {
        if (OwnOrder || !Formats.Any(format => format.IsOpus)) return this;
        return this with { Formats = [.. Formats.OrderByDescending(format => format.IsOpus)], StaysWithOpus = true };
    }

    public static AudioCodec CodecOf(AudioFormat format) => Array.Find(s_codecs, known => known.Format.SameCodec(format)).Codec;

    /// <summary>Two legs that speak these need no transcoding: the same codec, or both laws of G.711.</summary>
    public static bool AreAlike(AudioFormat one, AudioFormat other) =>
        one.SameCodec(other) || (CodecOf(one).IsG711() && CodecOf(other).IsG711());

    /// <summary>What goes into SDP.</summary>
    /// <param name="favoured">What whoever the leg talks to speaks; its present codec first. Empty: not known.</param>
    /// <param name="comfortNoise">That one has comfort noise.</param>
    public AudioCapabilities Capabilities(IReadOnlyList<AudioFormat> favoured, bool comfortNoise)
    {
        string fmtp = OpusFor(HearingHz(favoured));
        return new AudioCapabilities([.. Formats.Select(format => format.IsOpus ? format with { Fmtp = fmtp } : format)], TelephoneEvent: true, PtimeMs: 20)
        {
            Favoured = StaysWithOpus ? [] : favoured,
            OwnOrder = OwnOrder,
            OffersComfortNoise = comfortNoise,
        };
    }

    /// <summary>
    /// What we ask a peer's Opus to hold: what cannot be passed on need not be sent to us, so for a G.711 partner it is narrowband.
    /// </summary>
    /// <param name="partner">What whoever the leg talks to speaks; its present codec first. Empty: not known.</param>
    public static int HearingHz(IReadOnlyList<AudioFormat> partner) => partner.Count == 0 ? 48_000 : CodecOf(partner[0]).SampleRateHz();

    /// <summary>
    /// What a peer's Opus is asked for: redundancy, and as much sound as can be heard. Browsers spend 12 kbit/s on narrowband of their own accord, at
    /// which libopus has no bits for redundancy (LBRR_NB_MIN_RATE_BPS); they are asked for twice that.
    /// </summary>
    /// <param name="hearingHz">As <see cref="HearingHz"/> has it.</param>
    public static string OpusFor(int hearingHz) => s_opusFor[hearingHz];

    private static string WriteOpusFor(int hearingHz) =>
        new OpusParameters(MaxPlaybackRateHz: hearingHz, MaxAverageBitrateBps: hearingHz < 12_000 ? 24_000 : 0, InbandFec: true).ToString();

    /// <summary>How Opus is made for a peer: the host's settings within the peer's wishes.</summary>
    public OpusSending Sending(AudioFormat codec)
    {
        if (!codec.IsOpus) return Opus;
        OpusParameters wishes = OpusParameters.Parse(codec.Fmtp);
        return Opus with
        {
            BitrateBps = wishes.MaxAverageBitrateBps > 0 ? Math.Min(wishes.MaxAverageBitrateBps, Opus.BitrateBps) : Opus.BitrateBps,
            Fec = Opus.Fec && wishes.InbandFec,
            Dtx = wishes.Dtx,
            ConstantBitrate = wishes.ConstantBitrate,
            MaxPlaybackRateHz = wishes.MaxPlaybackRateHz,
        };
    }
}
