using Srtp;
using Xunit;

namespace SrtpTests;

public class ReplayWindowTests
{
    [Fact]
    public void A_packet_is_taken_once_and_within_the_window_in_any_order()
    {
        var window = new ReplayWindow();
        Assert.True(window.IsNew(0));
        window.Accept(100);
        Assert.False(window.IsNew(100));
        Assert.True(window.IsNew(37));
        Assert.False(window.IsNew(36));    // 64 behind: too old to know
        window.Accept(37);
        Assert.False(window.IsNew(37));
        window.Accept(101);
        Assert.False(window.IsNew(37));
        Assert.False(window.IsNew(100));
        window.Accept(101 + 64);
        Assert.True(window.IsNew(102));
        Assert.False(window.IsNew(101));
        window.Accept(1L << 47);
        Assert.False(window.IsNew(165));
        Assert.True(window.IsNew((1L << 47) - 63));
    }

    [Fact]
    public void Asking_moves_nothing()
    {
        var window = new ReplayWindow();
        window.Accept(10);
        Assert.True(window.IsNew(1_000_000));
        Assert.True(window.IsNew(9));
    }

    [Fact]
    public void Random_arrivals_agree_with_a_plain_set()
    {
        var random = new Random(64);
        var window = new ReplayWindow();
        HashSet<long> taken = [];
        long highest = -1;
        for (int i = 0; i < 100_000; i++)
        {
            long index = Math.Max(0, highest + random.Next(-80, random.Next(50) == 0 ? 200 : 4));
            bool expected = index > highest - ReplayWindow.Size && !taken.Contains(index);
            Assert.Equal(expected, window.IsNew(index));
            if (!expected || random.Next(10) == 0) continue;    // some are forged
            window.Accept(index);
            taken.Add(index);
            highest = Math.Max(highest, index);
        }
    }
}
