using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>Where a leg's packets come from and go to: both ports' sources learned, both targets derived from them.</summary>
/// <remarks>Without a learned source we send to what was signalled; once learned, back to where the media comes from (symmetric RTP).</remarks>
internal sealed class LegTargets
{
    private readonly SourceLock _rtp = new();
    private NativeSocketAddress _signalledRtp;
    private NativeSocketAddress _signalledRtcp;
    private NativeSocketAddress _rtcpSource;
    private bool _checked;

    /// <summary>The peer takes RTCP on its RTP port (RFC 5761), as agreed or as it does.</summary>
    public bool Multiplexed { get; private set; }

    /// <summary>Empty: nothing can be sent yet.</summary>
    public NativeSocketAddress Rtp { get; private set; }

    /// <summary>Empty: nothing can be sent yet. Equal to <see cref="Rtp"/> where multiplexed.</summary>
    public NativeSocketAddress Rtcp { get; private set; }

    /// <summary>ICE says where the peer is from now on, and has seen to what arrives.</summary>
    /// <param name="path">Empty: nothing can be sent.</param>
    public void Follow(in NativeSocketAddress path)
    {
        _checked = true;
        Multiplexed = true;
        Rtp = Rtcp = path;
    }

    public void Configure(MediaLegSettings settings)
    {
        if (_checked) return;
        NativeSocketAddress signalled = Usable(NativeSocketAddress.From(settings.RemoteRtp));
        if (signalled.IsEmpty) return;    // hold of the old kind: the peer has not moved, and nobody may slip in meanwhile
        bool moved = _signalledRtp.IsEmpty || (settings.RelearnSource && !signalled.Equals(_signalledRtp));
        _signalledRtp = signalled;
        _signalledRtcp = NativeSocketAddress.From(settings.RemoteRtcp);
        Multiplexed = settings.RemoteRtcp.Equals(settings.RemoteRtp);
        if (moved)
        {
            _rtp.Expect(signalled, settings.BehindNat);
            _rtcpSource = default;
        }
        Derive();
    }

    /// <summary>RTP from here is dropped unread.</summary>
    public bool IsForeign(in NativeSocketAddress source) => !_checked && _rtp.IsForeign(source);

    /// <summary>What is known of where a DTLS datagram came from; null: it is a stranger's.</summary>
    public DtlsPlace? PlaceOf(in NativeSocketAddress source) =>
        _checked ? DtlsPlace.Proven : source.Equals(Rtp) ? DtlsPlace.Expected : _rtp.MayBecome(source) ? DtlsPlace.Possible : null;

    /// <summary>The peer has proved to be here: its media comes from here too.</summary>
    public void Believe(in NativeSocketAddress source)
    {
        if (_checked) return;    // it moves by checks alone
        _rtp.Believe(source);
        Derive();
    }

    /// <summary>Takes note of an RTP packet that fits the negotiation.</summary>
    public SourceVerdict OnRtp(in NativeSocketAddress source, TimeSpan now)
    {
        if (_checked) return SourceVerdict.Accept;
        SourceVerdict verdict = _rtp.OnFittingPacket(source, now);
        if (verdict == SourceVerdict.Locked) Derive();
        return verdict;
    }

    /// <summary>Takes note of a well-formed RTCP packet and says whether it is the peer's.</summary>
    public bool AcceptsRtcp(in NativeSocketAddress source, MediaComponent component)
    {
        if (_checked) return true;
        if (component == MediaComponent.Rtp)
        {
            if (!(_rtp.IsLocked ? source.Equals(_rtp.Source) : source.Equals(_signalledRtp))) return false;
            if (!Multiplexed)
            {
                Multiplexed = true;    // it multiplexes without having said so
                Derive();
            }
            return true;
        }
        if (source.Equals(_rtcpSource)) return true;
        if (!source.Equals(_signalledRtcp) && !(_rtcpSource.IsEmpty && _rtp.IsLocked && source.SameAddress(_rtp.Source))) return false;
        _rtcpSource = source;
        Derive();
        return true;
    }

    private void Derive()
    {
        Rtp = Usable(_rtp.IsLocked ? _rtp.Source : _signalledRtp);
        Rtcp = Usable(Multiplexed ? Rtp
            : !_rtcpSource.IsEmpty ? _rtcpSource
            : !_rtp.IsLocked || _rtp.Source.SameAddress(_signalledRtp) ? _signalledRtcp
            : _rtp.Source.WithPort(Math.Min(_rtp.Source.Port + 1, ushort.MaxValue)));    // behind NAT: most keep a pair together
    }

    private static NativeSocketAddress Usable(in NativeSocketAddress address) =>
        address.IsEmpty || address.IsUnspecified || address.Port == 0 ? default : address;
}
