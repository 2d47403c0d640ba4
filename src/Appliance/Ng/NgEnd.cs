using System.Net;
using Sip.Core.Sdp;
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

    /// <summary>What its leg was told last.</summary>
    public MediaLegSettings? Settings { get; set; }

    /// <summary>The peer may send from another host than its SDP names.</summary>
    public bool BehindNat { get; set; } = true;
}
