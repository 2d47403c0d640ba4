using System.Buffers.Binary;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media.Spraying;

/// <summary>One party of a call under spray: a phone, the leg that serves it, and a count of everything sent to that leg's ports.</summary>
/// <param name="leg">Its leg.</param>
/// <param name="events">What the leg raised.</param>
/// <param name="codec">PCMU or PCMA.</param>
/// <param name="ssrc">Of the phone.</param>
internal sealed class SprayedPhone(MediaLeg leg, SprayEvents events, AudioCodec codec, uint ssrc) : IDisposable
{
    private readonly List<byte[]> _payloads = [];
    private readonly List<(LoopbackPhone Phone, SecurePhone? Keys)> _places = [];
    private SecurePhone? _keys;
    private ushort _number = 1000;
    private int _locksBefore, _reportsBefore;

    public MediaLeg Leg => leg;

    public uint Ssrc => ssrc;

    public byte PayloadType => TestLeg.PayloadType(codec);

    /// <summary>The number of the next genuine packet: what a forger would guess.</summary>
    public ushort NextNumber => _number;

    /// <summary>The last genuine datagram, for those who send it again from elsewhere.</summary>
    public byte[] LastSent { get; private set; } = [];

    /// <summary>Events but for learned sources.</summary>
    public int OtherEvents => events.Others;

    public bool IsAgreed => _places.Count > 0;

    public bool IsSecure => _keys is not null;

    public bool IsLocked => events.Locks > _locksBefore;

    /// <summary>It has sent RTCP since its address was agreed.</summary>
    public bool HasReported => ReportsSent > _reportsBefore;

    /// <summary>Genuine RTP packets sent in all.</summary>
    public int Sent => _payloads.Count;

    public int ReportsSent { get; private set; }

    /// <summary>Datagrams of strangers that went to the leg's ports.</summary>
    public long Sprayed { get; set; }

    public int Heard => _places.Sum(place => place.Phone.Rtp.Length);

    private LoopbackPhone Phone => _places[^1].Phone;

    /// <summary>Media of another host than the signalled one can be the phone's.</summary>
    public bool BehindNat { get; private set; }

    /// <summary>What was agreed, now or by a re-INVITE: the leg learns where the phone sends from, anew.</summary>
    /// <param name="place">The sockets that the phone sends from and listens on.</param>
    /// <param name="signalled">Where its SDP says that it is; null: where it is.</param>
    /// <param name="keys">Null: plain.</param>
    /// <param name="behindNat">Any host may turn out to be the phone.</param>
    public void Agree(LoopbackPhone place, LoopbackPhone? signalled, SecurePhone? keys, bool behindNat)
    {
        if (signalled is not null) _places.Add((signalled, keys));
        _places.Add((place, keys));
        (_keys, BehindNat, _locksBefore, _reportsBefore) = (keys, behindNat, events.Locks, ReportsSent);
        leg.Configure((signalled ?? place).Settings(codec) with { RelearnSource = true, BehindNat = behindNat, Srtp = keys?.Keys });
    }

    /// <summary>Says its next 20 ms.</summary>
    public void Talk()
    {
        byte[] audio = TestLeg.Audio(unchecked((int)ssrc) + _number);
        byte[] packet = TestLeg.Packet(_number, 160u * _number, PayloadType, ssrc, payload: audio);
        _number++;
        _payloads.Add(audio);
        LastSent = _keys?.Protect(packet) ?? packet;
        Phone.Send(leg.LocalRtp, LastSent);
    }

    public void Report()
    {
        byte[] report = Forgeries.SenderReport(ssrc);
        Phone.SendRtcp(leg.LocalRtcp, _keys?.ProtectRtcp(report) ?? report);
        ReportsSent++;
    }

    /// <summary>The last that the other one said has come, on a plain call.</summary>
    public bool HasHeard(SprayedPhone other, Action<byte[]> translate)
    {
        byte[] said = [.. other._payloads[^1]];
        translate(said);
        return Phone.Rtp is [.., Received last] && last.Payload.AsSpan().SequenceEqual(said);
    }

    /// <summary>Everything that came for this phone is what the other one said, in order and without a hole.</summary>
    /// <param name="other">Who spoke.</param>
    /// <param name="translate">From the speaker's codec to this one's.</param>
    /// <param name="from">The speaker's first packet that its leg accepted.</param>
    public void HeardAllOf(SprayedPhone other, Action<byte[]> translate, int from)
    {
        List<byte[]> heard = [];
        foreach ((LoopbackPhone phone, SecurePhone? keys) in _places)
        {
            foreach (Received packet in phone.Rtp)
            {
                Assert.Equal(leg.LocalRtp, packet.From);
                byte[] plain = keys?.Read(new SentPacket(packet.Bytes, MediaComponent.Rtp, packet.From, packet.At)).Bytes ?? packet.Bytes;
                Assert.Equal((PayloadType, leg.Ssrc), ((byte)(plain[1] & 0x7F), BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(8))));
                heard.Add(plain[12..]);
            }
        }
        Assert.Equal(other.Sent - from, heard.Count);
        foreach ((int i, byte[] payload) in heard.Index())
        {
            byte[] said = [.. other._payloads[from + i]];
            translate(said);
            Assert.True(said.AsSpan().SequenceEqual(payload), $"packet {i} of {heard.Count}");
        }
    }

    public void Dispose()
    {
        foreach ((LoopbackPhone phone, _) in _places) phone.Dispose();
    }
}

/// <summary>What a leg raised; events come on its loop's thread.</summary>
internal sealed class SprayEvents
{
    private int _locks, _others;

    public int Locks => Volatile.Read(ref _locks);

    /// <summary>Keys, time-outs and whatever else a stranger must not bring about.</summary>
    public int Others => Volatile.Read(ref _others);

    public void Add(MediaEvent raised)
    {
        if (raised is SourceLocked) Interlocked.Increment(ref _locks);
        else Interlocked.Increment(ref _others);
    }
}
