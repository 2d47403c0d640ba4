using System.Net;
using Rtp.Core.Ice;
using Rtp.Core.Stun;
using Xunit;

namespace RtpCoreTests.IceAgents;

/// <summary>A lite agent with one socket, and a peer that is only its datagrams.</summary>
internal sealed class LiteRig
{
    public static readonly TransportAddress Home = Check.At("198.51.100.1", 4000), Elsewhere = Check.At("203.0.113.66", 6666);

    private readonly byte[] _reply = new byte[400];

    public LiteRig(bool configured = true)
    {
        var random = new Random(1);
        Agent = new IceAgent([new IceBase(0, IsIpv6: false, 65535)], "usfragmt", "our-password-0123456789", random.NextBytes);
        if (configured) Configure();
    }

    public IceAgent Agent { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(100);

    public IceOutcome Configure(string fragment = "them", params (string Address, int Port, uint Priority)[] candidates) => Agent.Configure(
        new IceRemote(fragment, "their-password-01234567", [.. candidates.Select(c => new IceCandidate("1", 1, c.Priority, IPAddress.Parse(c.Address), c.Port, IceCandidateKind.Host))]),
        lite: true, controlling: false, Now);

    public IceOutcome Send(Check check, in TransportAddress from) => Send(check.ToBytes(), from);

    public IceOutcome Send(byte[] datagram, in TransportAddress from)
    {
        IceOutcome outcome = Agent.OnDatagram(datagram, 0, from, Now, _reply, out int length);
        Answer = _reply[..length];
        return outcome;
    }

    /// <summary>To the last datagram; empty: none.</summary>
    public byte[] Answer { get; private set; } = [];

    /// <summary>0: success; −1: no answer.</summary>
    public int AnswerCode
    {
        get
        {
            if (Answer.Length == 0) return -1;
            Assert.True(StunView.TryParse(Answer, out StunView view) && view.HasFingerprint);
            return view.ErrorCode;
        }
    }

    /// <summary>All that an attack must leave as it is.</summary>
    public (IcePath, bool, TimeSpan) State => (Agent.Selected, Agent.IsConnected, Agent.Deadline);
}
