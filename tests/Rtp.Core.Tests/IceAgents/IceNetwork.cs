using Rtp.Core.Ice;
using Rtp.Core.Stun;

namespace RtpCoreTests.IceAgents;

/// <summary>Agents on a seeded network that delays and drops; it moves from one deadline or arrival to the next.</summary>
internal sealed class IceNetwork(int seed, double loss = 0, int delayMs = 20)
{
    private readonly Random _random = new(seed);
    private readonly List<(TimeSpan At, TransportAddress From, TransportAddress To, byte[] Bytes)> _flying = [];
    private readonly List<Node> _nodes = [];

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>Addresses that nothing reaches.</summary>
    public HashSet<TransportAddress> Dead { get; } = [];

    /// <summary>Everything that was sent.</summary>
    public List<(TimeSpan At, TransportAddress From, byte[] Bytes)> Sent { get; } = [];

    public Node Add(string name, bool lite, params string[] addresses)
    {
        TransportAddress[] sockets = [.. addresses.Select((address, i) => Check.At(address, 1000 + _nodes.Count * 10 + i))];
        IceBase[] bases = [.. sockets.Select((socket, i) => new IceBase(i, socket.IsIpv6, (ushort)(65535 - i)))];
        var node = new Node(name, lite, sockets, bases, new IceAgent(bases, name, Password(name), _random.NextBytes));
        _nodes.Add(node);
        return node;
    }

    /// <summary>What the one learns from the other's SDP.</summary>
    public void Tell(Node node, Node about, bool controlling, int fromCandidate = 0, string? fragment = null) => Note(node, node.Agent.Configure(
        new IceRemote(fragment ?? about.Name, Password(fragment ?? about.Name), [.. about.Bases.Skip(fromCandidate).Select((b, i) => new IceCandidate(
            "f", 1, b.Priority, about.Sockets[b.Id].ToEndPoint().Address, about.Sockets[b.Id].Port, IceCandidateKind.Host))]),
        node.Lite, controlling, Now));

    public static string Password(string name) => name + "-password-0123456789abc";

    public void RunUntil(TimeSpan end)
    {
        while (true)
        {
            foreach (Node node in _nodes) SendDue(node);
            TimeSpan next = end;
            foreach (Node node in _nodes) next = node.Agent.Deadline < next ? node.Agent.Deadline : next;
            foreach (var packet in _flying) next = packet.At < next ? packet.At : next;
            Now = next > Now ? next : Now;
            if (Now >= end) return;
            foreach (var packet in _flying.Where(packet => packet.At <= Now).ToArray())
            {
                _flying.Remove(packet);
                Arrive(packet.From, packet.To, packet.Bytes);
            }
            foreach (Node node in _nodes.Where(node => node.Agent.Deadline <= Now)) Note(node, node.Agent.OnTimer(Now));
        }
    }

    public void Run(double seconds) => RunUntil(Now + TimeSpan.FromSeconds(seconds));

    private void SendDue(Node node)
    {
        var packet = new byte[400];
        for (int sent = 0, length; (length = node.Agent.TryTakeCheck(packet, Now, out IcePath path)) > 0; sent++)
        {
            if (sent > 100) throw new InvalidOperationException("checks without end");
            Send(node.Sockets[path.Base], path.Remote, packet[..length]);
        }
    }

    private void Send(in TransportAddress from, in TransportAddress to, byte[] bytes)
    {
        Sent.Add((Now, from, bytes));
        if (from.IsIpv6 != to.IsIpv6) throw new InvalidOperationException("families mixed");
        if (_random.NextDouble() >= loss) _flying.Add((Now + TimeSpan.FromMilliseconds(delayMs * (0.5 + _random.NextDouble())), from, to, bytes));
    }

    private void Arrive(TransportAddress from, TransportAddress to, byte[] bytes)
    {
        if (Dead.Contains(to) || Dead.Contains(from)) return;
        foreach (Node node in _nodes)
        {
            int socket = Array.IndexOf(node.Sockets, to);
            if (socket < 0) continue;
            var reply = new byte[400];
            Note(node, node.Agent.OnDatagram(bytes, socket, from, Now, reply, out int length));
            if (length > 0) Send(to, from, reply[..length]);
        }
    }

    private void Note(Node node, IceOutcome outcome)
    {
        node.Seen |= outcome;
        if (outcome.HasFlag(IceOutcome.Connected)) node.ConnectedAt ??= Now;
        if (outcome.HasFlag(IceOutcome.ConsentLost)) node.LostAt = Now;
    }

    internal sealed record Node(string Name, bool Lite, TransportAddress[] Sockets, IceBase[] Bases, IceAgent Agent)
    {
        public IceOutcome Seen { get; set; }

        public TimeSpan? ConnectedAt { get; set; }

        public TimeSpan? LostAt { get; set; }
    }
}
