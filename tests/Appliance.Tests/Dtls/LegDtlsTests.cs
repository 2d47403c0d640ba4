using Appliance.Tests.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Srtp;
using Tandem.Dtls;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Dtls;

public sealed class LegDtlsTests : IDisposable
{
    private readonly DtlsEndpoint _ours = new(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
    private readonly DtlsEndpoint _theirs = new(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
    private readonly TestLeg _leg;

    public LegDtlsTests() => _leg = new TestLeg(dtls: _ours);

    [Fact]
    public void Before_there_are_keys_nothing_but_DTLS_goes_in_or_out()
    {
        _leg.Machine.Play(Tone(8000), 1, loop: false, TimeSpan.Zero);
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        _leg.RunUntil(Ms(7000));
        Assert.False(_leg.Receive(Packet(1, 160), Phone, Ms(7000), out _));
        Assert.Empty(_leg.Sent);
        Assert.Equal(1, _leg.Machine.Snapshot().NotAuthentic);
        Assert.DoesNotContain(_leg.Events, raised => raised is SourceLocked);
    }

    [Fact]
    public void With_the_keys_the_prompt_begins_at_its_beginning_under_them_and_SRTP_is_heard()
    {
        Prompt prompt = Tone(1600);
        _leg.Machine.Play(prompt, 1, loop: false, TimeSpan.Zero);
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        _leg.RunUntil(Ms(3000));
        var phone = new DtlsPhone(_theirs, _ours.Fingerprint, Phone);
        phone.Handshake(_leg, Ms(3000));
        SettleKeys(Ms(3000));
        Assert.Equal(phone.Keys!.Profile, _leg.Events.OfType<DtlsConnected>().Single().Profile);

        _leg.RunUntil(Ms(3300));
        Assert.Equal(10, _leg.Rtp.Count);
        ProfileParameters profile = Profiles.Find(phone.Keys.Profile)!;
        using var receiver = new SrtpReceiver(profile, phone.Keys.ReceiveKey);
        byte[] first = [.. _leg.Rtp[0].Bytes];
        Assert.Equal(SrtpResult.Ok, receiver.TryUnprotect(first, out int length));
        Assert.Equal(prompt.For(AudioCodec.Pcmu).Octets[..160], first.AsSpan(12, length - 12));

        using var sender = new SrtpSender(profile, phone.Keys.SendKey);
        byte[] packet = [.. Packet(1, 160), .. new byte[32]];
        sender.TryProtect(packet, 172, out length);
        Assert.True(_leg.Receive(packet[..length], Phone, Ms(3400), out _));
    }

    [Fact]
    public void As_the_client_the_leg_begins_by_itself()
    {
        _leg.Machine.Configure(Settings() with { Dtls = new DtlsSettings(DtlsRole.Client, [_theirs.Fingerprint]) }, TimeSpan.Zero);
        var phone = new DtlsPhone(_theirs, _ours.Fingerprint, Phone, DtlsRole.Server);
        phone.Handshake(_leg, TimeSpan.Zero);
        SettleKeys(TimeSpan.Zero);
        Assert.Single(_leg.Events.OfType<DtlsConnected>());
    }

    [Fact]
    public void An_association_lives_on_through_later_settings_with_the_same_fingerprint()
    {
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        new DtlsPhone(_theirs, _ours.Fingerprint, Phone).Handshake(_leg, TimeSpan.Zero);
        SettleKeys(TimeSpan.Zero);
        _leg.Machine.Configure(Settings(), Ms(100));
        _leg.Machine.Play(Tone(800), 1, loop: false, Ms(100));
        _leg.RunUntil(Ms(300));
        Assert.Equal(5, _leg.Rtp.Count);
    }

    [Fact]
    public void Another_fingerprint_silences_the_leg_until_the_new_handshake()
    {
        using var third = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        new DtlsPhone(_theirs, _ours.Fingerprint, Phone).Handshake(_leg, TimeSpan.Zero);
        SettleKeys(TimeSpan.Zero);
        _leg.Machine.Configure(Settings() with { Dtls = new DtlsSettings(DtlsRole.Server, [third.Fingerprint]) }, Ms(100));
        _leg.Machine.Play(Tone(800), 1, loop: false, Ms(100));
        _leg.RunUntil(Ms(300));
        Assert.Empty(_leg.Rtp);
        new DtlsPhone(third, _ours.Fingerprint, Phone).Handshake(_leg, Ms(300));
        SettleKeys(Ms(300));
        _leg.RunUntil(Ms(600));
        Assert.Equal(5, _leg.Rtp.Count);
        Assert.Equal(2, _leg.Events.OfType<DtlsConnected>().Count());
    }

    [Fact]
    public void A_wrong_certificate_ends_it_with_the_reason()
    {
        _leg.Machine.Configure(Settings() with { Dtls = new DtlsSettings(DtlsRole.Server, [_ours.Fingerprint]) }, TimeSpan.Zero);
        var phone = new DtlsPhone(_theirs, _ours.Fingerprint, Phone);
        phone.Handshake(_leg, TimeSpan.Zero);
        Assert.True(SpinWait.SpinUntil(() => Drain(TimeSpan.Zero) && _leg.Events.OfType<DtlsFailed>().Any(), TimeSpan.FromSeconds(20)));
        Assert.Contains("not the one that was signalled", _leg.Events.OfType<DtlsFailed>().Single().Reason, StringComparison.Ordinal);
        Assert.Contains("bad_certificate", phone.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void From_elsewhere_than_the_peers_host_nothing_is_taken()
    {
        _leg.Machine.Configure(Settings() with { BehindNat = false }, TimeSpan.Zero);
        byte[] hello = new byte[200];
        (hello[0], hello[1], hello[2], hello[12], hello[13]) = (22, 0xFE, 0xFD, 187, 1);
        Assert.False(_leg.Receive(hello, Stranger, Ms(10), out _));
        Assert.Equal(1, _leg.Machine.Snapshot().Rejected);
        Assert.Equal(0, _ours.Workers.InFlight);
    }

    [Fact]
    public void A_stranger_that_fails_before_the_peer_comes_harms_nothing()
    {
        using var stranger = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);    // behind NAT: it could be the peer
        new DtlsPhone(stranger, _ours.Fingerprint, Stranger).Handshake(_leg, Ms(10));
        new DtlsPhone(_theirs, _ours.Fingerprint, Phone).Handshake(_leg, Ms(20));
        SettleKeys(Ms(20));
        Assert.Single(_leg.Events.OfType<DtlsConnected>());
        Assert.Empty(_leg.Events.OfType<DtlsFailed>());
    }

    [Fact]
    public void A_peer_behind_NAT_is_believed_where_it_proved_itself()
    {
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        new DtlsPhone(_theirs, _ours.Fingerprint, Stranger).Handshake(_leg, Ms(10));
        SettleKeys(Ms(10));
        _leg.Machine.Play(Tone(160), 1, loop: false, Ms(20));
        _leg.RunUntil(Ms(100));
        Assert.Equal(Stranger, Assert.Single(_leg.Rtp).Target);
    }

    [Fact]
    public void Where_only_strangers_tried_and_failed_it_is_told_after_ten_seconds()
    {
        using var stranger = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
        _leg.Machine.Configure(Settings(), TimeSpan.Zero);
        new DtlsPhone(stranger, _ours.Fingerprint, Stranger).Handshake(_leg, Ms(10));
        Assert.True(SpinWait.SpinUntil(() => Drain(Ms(20)) && _ours.Workers.InFlight == 0, TimeSpan.FromSeconds(20)));
        Drain(Ms(20));
        Assert.Empty(_leg.Events.OfType<DtlsFailed>());
        _leg.RunUntil(Ms(10_010));
        Assert.Contains("not the one that was signalled", Assert.Single(_leg.Events.OfType<DtlsFailed>()).Reason, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _leg.Machine.Close(new byte[2048], Ms(99_999), out _);
        _ours.Dispose();
        _theirs.Dispose();
    }

    private MediaLegSettings Settings() => TestLeg.Settings() with { Dtls = new DtlsSettings(DtlsRole.Server, [_theirs.Fingerprint]) };

    /// <summary>The phone may be ready before the leg's own worker has left the keys.</summary>
    private void SettleKeys(TimeSpan now) =>
        Assert.True(SpinWait.SpinUntil(() => Drain(now) && _leg.Events.OfType<DtlsConnected>().Any(), TimeSpan.FromSeconds(20)));

    private bool Drain(TimeSpan now)
    {
        while (_leg.Posted.TryDequeue(out LegCommand? command)) _leg.Machine.Execute((DtlsCommand)command, now);
        return true;
    }
}
