using System.Net;
using System.Text;
using Tandem.Net.Interop;
using Tandem.Ng;
using Xunit;

namespace Appliance.Tests.Ng;

public class NgRepliesTests
{
    private static readonly NativeSocketAddress s_one = NativeSocketAddress.From(IPAddress.Loopback, 1000);
    private static readonly NativeSocketAddress s_two = NativeSocketAddress.From(IPAddress.Loopback, 1001);

    [Fact]
    public void A_reply_is_found_by_cookie_and_sender_for_ten_seconds()
    {
        var replies = new NgReplies();
        replies.Add("a_1"u8, s_one, "a_1 de"u8, TimeSpan.Zero);
        Assert.Equal("a_1 de", Encoding.ASCII.GetString(replies.Find("a_1"u8, s_one, TimeSpan.FromSeconds(9))));
        Assert.True(replies.Find("a_1"u8, s_two, TimeSpan.Zero).IsEmpty);
        Assert.True(replies.Find("a_"u8, s_one, TimeSpan.Zero).IsEmpty);
        Assert.True(replies.Find("a_1"u8, s_one, TimeSpan.FromSeconds(11)).IsEmpty);
    }

    [Fact]
    public void Memory_is_bounded_and_the_newest_are_kept()
    {
        var replies = new NgReplies();
        for (int i = 0; i < 3 * NgReplies.MaxEntries; i++) Add(replies, i, TimeSpan.Zero);
        Assert.False(Find(replies, 3 * NgReplies.MaxEntries - 1).IsEmpty);
        Assert.False(Find(replies, 2 * NgReplies.MaxEntries + NgReplies.MaxEntries / 2).IsEmpty);
        Assert.True(Find(replies, 0).IsEmpty);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlySpan<byte> cookie = "z"u8, reply = "z de"u8;
        for (int i = 0; i < 1000; i++) replies.Add(cookie, s_one, reply, TimeSpan.Zero);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Add(NgReplies replies, int number, TimeSpan now) =>
        replies.Add(Encoding.ASCII.GetBytes($"{number}"), s_one, Encoding.ASCII.GetBytes($"{number} de"), now);

    private static ReadOnlySpan<byte> Find(NgReplies replies, int number) => replies.Find(Encoding.ASCII.GetBytes($"{number}"), s_one, TimeSpan.Zero);
}
