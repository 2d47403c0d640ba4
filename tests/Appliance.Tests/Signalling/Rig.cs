using System.Text;
using Tandem.Signalling;
using Xunit;

namespace Appliance.Tests.Signalling;

/// <summary>A user agent on the virtual network.</summary>
internal sealed class Rig
{
    public static readonly byte[] Offer = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"u8.ToArray();
    public static readonly byte[] Answer = "v=0\r\no=- 2 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n"u8.ToArray();

    public Rig(VirtualNetwork network, string address, UserAgentOptions? options = null)
    {
        Port = new VirtualPort(network, address);
        Agent = new UserAgent(Port, options ?? new UserAgentOptions { SessionExpires = TimeSpan.Zero }, Log)
        {
            IncomingInvite = Calls.Add,
        };
    }

    public FailureLog Log { get; } = new();

    public VirtualPort Port { get; }

    public UserAgent Agent { get; }

    public List<InviteSession> Calls { get; } = [];

    public InviteSession Call(string target, byte[]? sdp = null) =>
        Agent.Invite(new OutgoingInvite { Target = target, FromUser = "alice", Sdp = sdp ?? Offer });

    public static string Text(ReadOnlyMemory<byte> sdp) => Encoding.ASCII.GetString(sdp.Span);

    /// <summary>The result of a task that must have completed by now: in virtual time nothing is waited for.</summary>
    public static T Done<T>(Task<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.Result;
    }

    /// <summary>Nothing is left: no session, transaction, timer, and nothing went wrong on the way.</summary>
    public void AssertEmpty()
    {
        Assert.Empty(Log.Failures);
        Assert.Equal(0, Agent.Sessions);
        Assert.Equal(0, Agent.Transactions);
        Assert.Equal(0, Agent.Timers);
    }
}
