using Tandem.Dtls;
using Xunit;

namespace Appliance.Tests.Dtls;

/// <summary>While garbage is collected no packet of any call moves: what handshakes make of it, and what they leave behind, has limits.</summary>
public sealed class DtlsGarbageTests
{
    [Fact]
    public void A_handshake_as_a_server_allocates_at_most_48_KB()
    {
        var handshake = new InlineHandshake();
        long least = long.MaxValue;
        for (int i = 0; i < 40; i++)    // the least: the compiler allocates too, and what it has not compiled twice yet allocates more
        {
            handshake.Run();
            least = Math.Min(least, handshake.ServerAllocated);
        }
        Assert.InRange(least, 1, 48 * 1024);
    }

    [Fact]
    public void A_session_holds_nothing_of_its_handshake()
    {
        var handshake = new InlineHandshake();
        WeakReference terms = Use(handshake, out DtlsSession session);
        Assert.True(SpinWait.SpinUntil(() => { GC.Collect(); return !terms.IsAlive; }, TimeSpan.FromSeconds(15)), "the session keeps the handshake's terms alive");
        GC.KeepAlive(session);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Use(InlineHandshake handshake, out DtlsSession session)
    {
        handshake.Run();
        session = new DtlsSession(handshake.Server.Records!, new byte[80]);
        var terms = new WeakReference(handshake.Server);
        handshake.Forget();
        return terms;
    }
}
