namespace Sip.Core.Sdp;

/// <summary>What a leg of ours can speak.</summary>
/// <param name="Codecs">In order of preference, each with the payload type that our own offers give it.</param>
/// <param name="TelephoneEvent">Whether digits as RFC 4733 events are taken and sent.</param>
/// <param name="PtimeMs">Milliseconds of audio per packet that we send and ask for, unless the peer wishes for something else.</param>
public sealed record AudioCapabilities(IReadOnlyList<AudioFormat> Codecs, bool TelephoneEvent, int PtimeMs)
{
    /// <summary>PCMU, PCMA and telephone-event, 20 ms.</summary>
    public static AudioCapabilities G711 { get; } = new([AudioFormat.Pcmu, AudioFormat.Pcma], TelephoneEvent: true, PtimeMs: 20);

    /// <summary>The longest packets that we send, whatever the peer wishes for.</summary>
    public int MaxPtimeMs { get; init; } = 60;

    /// <summary>Whether an offer of ours has comfort noise (RFC 3389); an answer always takes it.</summary>
    public bool OffersComfortNoise { get; init; }

    /// <summary>Answers have our order of codecs instead of the offer's.</summary>
    public bool OwnOrder { get; init; }

    /// <summary>Whether media is encrypted, and our keys for it.</summary>
    public MediaSecurity Security { get; init; } = MediaSecurity.Off;

    /// <summary>Our side of DTLS-SRTP: the leg then speaks that and nothing else. Null: <see cref="Security"/> says how it is encrypted.</summary>
    public DtlsTransport? Dtls { get; init; }

    /// <summary>Codecs that go before all others, in offers and in answers: what whoever this leg talks to speaks.</summary>
    public IReadOnlyList<AudioFormat> Favoured { get; init; } = [];

    /// <summary>What becomes of an offered m-line's security.</summary>
    internal SecurityChoice ConsiderSecurity(SdpMedia media, SessionDescription offer)
    {
        if (Dtls is null) return Security.Consider(media);
        NegotiatedDtls? settled = Dtls.Consider(media, offer, out string? problem);
        return new(problem, Dtls: settled);
    }

    /// <summary>Our codecs as an offer has them.</summary>
    internal List<AudioFormat> InOfferOrder() => FavouredFirst(Codecs);

    /// <summary>The codecs of an offer that we speak as its answer has them.</summary>
    internal List<AudioFormat> InAnswerOrder(IReadOnlyList<AudioFormat> common) =>
        FavouredFirst(OwnOrder ? Matching(Codecs, common) : common);

    private List<AudioFormat> FavouredFirst(IReadOnlyList<AudioFormat> formats)
    {
        List<AudioFormat> ordered = Matching(Favoured, formats);
        foreach (AudioFormat format in formats)
        {
            if (!ordered.Contains(format)) ordered.Add(format);
        }

        return ordered;
    }

    /// <summary>Those of <paramref name="formats"/> that <paramref name="order"/> has, in its order.</summary>
    private static List<AudioFormat> Matching(IReadOnlyList<AudioFormat> order, IReadOnlyList<AudioFormat> formats)
    {
        var matching = new List<AudioFormat>(formats.Count);
        foreach (AudioFormat wanted in order)
        {
            foreach (AudioFormat format in formats)
            {
                if (format.SameCodec(wanted) && !matching.Contains(format)) matching.Add(format);
            }
        }

        return matching;
    }

    /// <summary>The lengths that packets of ours can have.</summary>
    private static ReadOnlySpan<int> PacketTimes => [60, 40, 30, 20, 10];

    /// <summary>The packet length towards a peer with these wishes: the largest that fits them.</summary>
    internal int SendPtimeFor(SdpMedia remote)
    {
        int wished = Math.Min(remote.PtimeMs ?? PtimeMs, Math.Min(remote.MaxPtimeMs ?? MaxPtimeMs, MaxPtimeMs));
        foreach (int ptime in PacketTimes)
        {
            if (ptime <= wished) return ptime;
        }

        return PacketTimes[^1];
    }
}
