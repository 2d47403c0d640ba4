using System.Net;
using Sip.Core.Sdp;
using Tandem.Calls;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>One side's end of one media stream.</summary>
internal sealed class NgEnd
{
    /// <summary>Our sockets towards this side; null until they are needed.</summary>
    public MediaLeg? Leg { get; set; }

    public NgPlace Place { get; set; }

    /// <summary>The m-line that this side sent last; null before it sent one.</summary>
    public SdpMedia? Remote { get; set; }

    public IPEndPoint? RemoteRtp { get; set; }

    public IPEndPoint? RemoteRtcp { get; set; }

    /// <summary>As this side says it.</summary>
    public MediaDirection Direction { get; set; }

    /// <summary>RTCP on the RTP port, as asked for or agreed with this side.</summary>
    public bool Multiplexed { get; set; }

    /// <summary>Whether it is multiplexed was decided by a flag of the offer and does not follow the other side.</summary>
    public bool MultiplexingDecided { get; set; }

    /// <summary>The profile spoken with this side.</summary>
    public string Protocol { get; set; } = NgSdp.Plain;

    /// <summary>What we named to this side, or may name.</summary>
    public IReadOnlyList<AudioFormat> Named { get; set; } = [];

    /// <summary>Our keys towards this side, one for each suite, made when first needed and kept.</summary>
    public List<CryptoKey> OwnKeys { get; } = [];

    /// <summary>The line of this side's offer that its answer will take up; null: plain.</summary>
    public CryptoAttribute? OfferedLine { get; set; }

    /// <summary>The lines that we offered to this side.</summary>
    public IReadOnlyList<CryptoAttribute> OfferedLines { get; set; } = [];

    /// <summary>The keys of both; null: plain.</summary>
    public SrtpSettings? Keys { get; set; }

    /// <summary>Keys come from a handshake with this side.</summary>
    public bool SpeaksDtls { get; set; }

    public bool SpeaksIce { get; set; }

    /// <summary>Its m-line stands in a BUNDLE group.</summary>
    public bool Bundles { get; set; }

    /// <summary>The identifier of its m-line; null: none.</summary>
    public string? Mid { get; set; }

    /// <summary>ICE and DTLS of <see cref="Leg"/>; null: it has none.</summary>
    public LegDtlsSdp? Dtls { get; set; }

    /// <summary>What both sides' SDP came to; null: none.</summary>
    public IceSettings? Ice { get; set; }

    /// <inheritdoc cref="Ice"/>
    public DtlsSettings? DtlsKeys { get; set; }

    /// <summary>The description of <see cref="Remote"/>.</summary>
    public SessionDescription? Session { get; set; }

    /// <summary>What its leg was told last.</summary>
    public MediaLegSettings? Settings { get; set; }

    /// <summary>The peer may send from another host than its SDP names.</summary>
    public bool BehindNat { get; set; } = true;

    /// <summary>Closes its leg. Another one counts its packets from the start: under the same key it would say other words with the same key stream.</summary>
    public void Close()
    {
        Leg?.Close();
        (Leg, Dtls, Settings) = (null, null, null);
        OwnKeys.Clear();
    }
}
