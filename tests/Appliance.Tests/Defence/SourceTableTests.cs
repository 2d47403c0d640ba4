using Tandem.Defence;
using Tandem.Net.Interop;
using Xunit;

namespace Tandem.Tests.Defence;

public class SourceTableTests
{
    private static readonly RateLimit[] s_limits = [new(2, 4)];

    private readonly SourceTable _table = new(s_limits, 64);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static SourceKey Key(int number) => SourceKey.Of(NativeSocketAddress.FromBytes(unchecked([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 5060, 0));

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64")]
    [InlineData("2001:db8:0:1::/64", "2001:db8:0:1::/64")]
    public void A_source_is_an_IPv4_address_or_the_64_of_an_IPv6_address(string text, string source)
    {
        Assert.True(SourceKey.TryParse(text, out SourceKey key));
        Assert.Equal(source, key.ToString());
    }

    [Theory]
    [InlineData("1001")]
    [InlineData("alice")]
    [InlineData("203.0.113.0/64")]
    [InlineData("203.0.113.0/24")]
    public void Other_texts_are_no_source(string text) =>
        Assert.False(SourceKey.TryParse(text, out _));

    [Fact]
    public void A_bucket_fills_at_its_rate_up_to_its_burst()
    {
        ref Source source = ref _table.Find(Key(1), At(1));
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => Take(1)));
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => Take(1.5)));
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => Take(100)));

        bool Take(double at) => SourceTable.TryTake(ref _table.Find(Key(1), At(at)), RequestClass.Invite);
    }

    [Fact]
    public void A_million_sources_take_the_room_of_the_table_and_those_who_proved_themselves_stay()
    {
        _table.Find(Key(7), At(1)).ProvenUntil = At(10_000);
        int source = 1000;
        Assert.Equal(0, Allocated.By(() =>
        {
            for (int i = 0; i < 200_000; i++) _table.Find(Key(source++), At(2 + (source / 1000.0)));
        }));
        Assert.Equal(64, _table.Capacity);
        Assert.True(_table.Count <= 64);
        Assert.Equal(At(10_000), _table.Find(Key(7), At(2000)).ProvenUntil);
    }

    [Theory]
    [InlineData("INVITE sip:", RequestClass.Invite)]
    [InlineData("REGISTER sip:", RequestClass.Register)]
    [InlineData("OPTIONS sip:", RequestClass.Options)]
    [InlineData("BYE sip:", RequestClass.InCall)]
    [InlineData("ACK sip:", RequestClass.InCall)]
    [InlineData("SIP/2.0 200 OK", RequestClass.InCall)]
    [InlineData("MESSAGE sip:", RequestClass.Other)]
    [InlineData("SUBSCRIBE sip:", RequestClass.Other)]
    [InlineData("INVITED sip:", RequestClass.Other)]
    [InlineData("", RequestClass.Other)]
    public void The_kind_of_a_message_is_told_by_its_first_bytes(string text, RequestClass kind) =>
        Assert.Equal(kind, RequestClasses.Of(System.Text.Encoding.ASCII.GetBytes(text)));
}
