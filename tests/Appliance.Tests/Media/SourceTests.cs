using System.Net;
using Tandem.Media;
using Xunit;
using static Appliance.Tests.Media.TestLeg;

namespace Appliance.Tests.Media;

public class SourceTests
{
    private static readonly IPEndPoint s_nat = new(IPAddress.Parse("203.0.113.5"), 50001);

    [Fact]
    public void The_signalled_source_is_believed_with_its_first_packet()
    {
        TestLeg leg = Configured();
        Assert.True(leg.Receive(Packet(1, 0), Ms(0)));
        Assert.Equal([new SourceLocked(leg.Handle, Phone)], leg.Events);
        Assert.Equal(1, leg.Machine.Snapshot().PacketsReceived);
    }

    [Fact]
    public void A_phone_behind_NAT_is_learned_after_the_window_and_media_goes_back_to_it()
    {
        TestLeg leg = Configured();
        for (int i = 0; i < 5; i++) Assert.False(From(leg, s_nat, i));
        Assert.Equal(Phone, leg.Machine.RtpTarget.ToEndPoint());
        Assert.True(From(leg, s_nat, 5));
        Assert.Equal(s_nat, leg.Machine.RtpTarget.ToEndPoint());
        Assert.Equal([new SourceLocked(leg.Handle, s_nat)], leg.Events);
    }

    [Fact]
    public void A_stranger_after_the_lock_is_counted_and_dropped_whatever_it_sends()
    {
        TestLeg leg = Configured();
        leg.Receive(Packet(1, 0), Ms(0));
        for (int i = 0; i < 50; i++) Assert.False(From(leg, Stranger, i));
        Assert.False(leg.Receive([0x80], Stranger, Ms(1000), out _));
        Assert.True(leg.Receive(Packet(2, 160), Ms(20)));
        Assert.Equal(Phone, leg.Machine.RtpTarget.ToEndPoint());
        Assert.Equal(50, leg.Machine.Snapshot().Rejected);
        Assert.Equal(2, leg.Machine.Snapshot().PacketsReceived);
        Assert.Equal(0, leg.Machine.Snapshot().Lost);
    }

    [Fact]
    public void A_stranger_that_comes_first_loses_to_the_signalled_address()
    {
        TestLeg leg = Configured();
        for (int i = 0; i < 20; i++) From(leg, Stranger, i);
        Assert.Equal(Stranger, leg.Machine.RtpTarget.ToEndPoint());
        Assert.True(leg.Receive(Packet(1, 0), Ms(400)));
        Assert.Equal(Phone, leg.Machine.RtpTarget.ToEndPoint());
        Assert.False(From(leg, Stranger, 21));
    }

    [Fact]
    public void The_signalled_host_on_another_port_goes_before_a_stranger_within_the_window()
    {
        var otherPort = new IPEndPoint(Phone.Address, 51000);
        TestLeg leg = Configured();
        From(leg, Stranger, 0);
        for (int i = 1; i < 8; i++)
        {
            From(leg, Stranger, i);
            From(leg, otherPort, i);
        }
        Assert.Equal(otherPort, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void Two_packets_of_a_stranger_do_not_make_a_source()
    {
        TestLeg leg = Configured();
        From(leg, Stranger, 0);
        From(leg, Stranger, 500);
        for (int i = 505; i < 512; i++) From(leg, s_nat, i + 10);
        Assert.Equal(s_nat, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void Where_the_peer_is_not_behind_NAT_other_hosts_are_never_learned()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(nat: false), Ms(0));
        for (int i = 0; i < 100; i++) Assert.False(From(leg, Stranger, i));
        Assert.Equal(Phone, leg.Machine.RtpTarget.ToEndPoint());
        var otherPort = new IPEndPoint(Phone.Address, 51000);
        for (int i = 100; i < 110; i++) From(leg, otherPort, i);
        Assert.Equal(otherPort, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Theory]
    [InlineData("80")]                                  // too short
    [InlineData("00000000000000000000000000")]          // STUN's place
    [InlineData("8063000100000000000000010102")]        // payload type 99: not agreed
    [InlineData("4000000100000000000000010102")]        // version 1
    [InlineData("bf00000100000000000000010102")]        // header lengths beyond the end
    [InlineData("a0000001000000000000000101ff")]        // padding longer than the packet
    public void What_does_not_fit_the_negotiation_teaches_nothing_and_is_counted(string hex)
    {
        TestLeg leg = Configured();
        byte[] bytes = Convert.FromHexString(hex);
        for (int i = 0; i < 20; i++) Assert.False(leg.Receive(bytes, Stranger, Ms(20 * i), out _));
        Assert.Empty(leg.Events);
        Assert.Equal(20, leg.Machine.Snapshot().Malformed);
        Assert.Equal(Phone, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void A_changed_address_in_a_re_INVITE_is_used_at_once_and_learned_again()
    {
        TestLeg leg = Configured();
        leg.Receive(Packet(1, 0), Ms(0));
        var moved = new IPEndPoint(IPAddress.Parse("192.0.2.99"), 7000);
        leg.Machine.Configure(Settings(remote: moved, relearn: true), Ms(1000));
        Assert.Equal(moved, leg.Machine.RtpTarget.ToEndPoint());
        for (int i = 50; i < 60; i++) Assert.False(From(leg, Phone, i));    // the former source still sends for a while
        Assert.True(leg.Receive(Packet(100, 0, ssrc: 88), moved, Ms(1300), out _));
        Assert.False(From(leg, Phone, 70));
        Assert.Equal(moved, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void A_re_INVITE_that_keeps_the_address_keeps_the_learned_source()
    {
        TestLeg leg = Configured();
        for (int i = 0; i < 7; i++) From(leg, s_nat, i);
        leg.Machine.Configure(Settings(AudioCodec.Pcma), Ms(500));
        Assert.Equal(s_nat, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void The_former_source_can_be_learned_again_when_the_new_address_stays_silent()
    {
        TestLeg leg = Configured();
        for (int i = 0; i < 7; i++) From(leg, s_nat, i);
        leg.Machine.Configure(Settings(remote: new IPEndPoint(IPAddress.Parse("10.0.0.3"), 7000), relearn: true), Ms(500));
        for (int i = 25; i < 80; i++) From(leg, s_nat, i);
        Assert.Equal(s_nat, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void A_hold_by_an_unspecified_address_keeps_the_source_and_lets_nobody_in()
    {
        TestLeg leg = Configured();
        for (int i = 0; i < 7; i++) From(leg, s_nat, i);
        leg.Machine.Configure(Settings(send: false, remote: new IPEndPoint(IPAddress.Any, 4000), relearn: true), Ms(500));
        for (int i = 30; i < 60; i++) Assert.False(From(leg, Stranger, i));
        leg.Machine.Configure(Settings(relearn: true), Ms(2000));
        Assert.True(From(leg, s_nat, 101));
        Assert.Equal(s_nat, leg.Machine.RtpTarget.ToEndPoint());
    }

    [Fact]
    public void IPv6_sources_are_learned_alike()
    {
        var phone = new IPEndPoint(IPAddress.Parse("2001:db8::10"), 4000);
        var nat = new IPEndPoint(IPAddress.Parse("2001:db8::10"), 4999);
        TestLeg leg = new();
        leg.Machine.Configure(Settings(remote: phone), Ms(0));
        for (int i = 0; i < 7; i++) From(leg, nat, i);
        Assert.Equal(nat, leg.Machine.RtpTarget.ToEndPoint());
    }

    private static TestLeg Configured()
    {
        TestLeg leg = new();
        leg.Machine.Configure(Settings(), Ms(0));
        return leg;
    }

    private static bool From(TestLeg leg, IPEndPoint source, int number) =>
        leg.Receive(Packet((ushort)number, (uint)(number * 160), ssrc: (uint)source.Port), source, Ms(20 * number), out _);
}
