using Rtp.Core.Ice;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>ICE of one leg: its agent, and the path that its media takes.</summary>
/// <remarks>
/// Once the peer's half is known nothing but STUN is taken from elsewhere than <see cref="Accepts"/> says, and nothing is sent elsewhere than to
/// <see cref="Path"/>. A leg whose peer speaks no ICE keeps an agent that was never configured, and learns its peer's address like any other.
/// </remarks>
internal sealed class LegIce
{
    private readonly MediaLeg _leg;
    private readonly Action<MediaEvent> _raise;
    private readonly IceAgent _agent;

    /// <param name="leg">Named in events.</param>
    /// <param name="own">Our half.</param>
    /// <param name="raise">Takes events on the owner's thread.</param>
    /// <param name="sockets">Numbers and families of the loop's sockets that it can be reached on, the best first.</param>
    /// <param name="tag">Tells its transactions from those of other legs on the same socket.</param>
    public LegIce(MediaLeg leg, IceCredentials own, Action<MediaEvent> raise, IReadOnlyList<(int Socket, bool IsIpv6)> sockets, int tag)
    {
        (_leg, _raise) = (leg, raise);
        var bases = new IceBase[sockets.Count];
        for (int i = 0; i < bases.Length; i++) bases[i] = new IceBase(sockets[i].Socket, sockets[i].IsIpv6, LocalPreference(i));
        PathSocket = sockets[0].Socket;
        _agent = new IceAgent(bases, own.UsernameFragment, own.Password, SeedRandom.Fill, (uint)tag);
    }

    /// <summary>The peer speaks ICE.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Where the peer is; empty: not known, nothing can be sent.</summary>
    public NativeSocketAddress Path { get; private set; }

    /// <summary>The socket that leads there; before one is known, the first.</summary>
    public int PathSocket { get; private set; }

    /// <summary>When <see cref="OnTimer"/> or <see cref="TryTakeCheck"/> has something to do; MaxValue: never.</summary>
    public TimeSpan Deadline => _agent.Deadline;

    public IceCounters Counters => _agent.Counters;

    /// <summary>Of the addresses that a leg has, in their order (RFC 8445 §5.1.2.1).</summary>
    public static ushort LocalPreference(int index) => (ushort)(ushort.MaxValue - index);

    /// <summary>Takes what was agreed on.</summary>
    /// <returns>True: <see cref="Path"/> changed.</returns>
    public bool Configure(IceSettings settings, TimeSpan now)
    {
        IsActive = true;
        var remote = new IceRemote(settings.RemoteUsernameFragment, settings.RemotePassword, settings.RemoteCandidates);
        return Apply(_agent.Configure(remote, lite: settings.LocalIsLite && !settings.RemoteIsLite, settings.Controlling, now));
    }

    public void Restart(IceCredentials credentials) => _agent.Restart(credentials.UsernameFragment, credentials.Password);

    /// <summary>Whether a packet, other than STUN, is the peer's by where it came from.</summary>
    public bool Accepts(int socket, in NativeSocketAddress source) => !IsActive
        || (_agent.IsConnected && socket == PathSocket && source.Equals(Path)) || _agent.Accepts(socket, source.ToTransport());

    /// <summary>The peer proved itself from there not long ago.</summary>
    /// <param name="socket">Ours.</param>
    /// <param name="source">Its address.</param>
    /// <param name="within">How long ago at most.</param>
    /// <param name="authenticAt">When authentic media came last.</param>
    /// <param name="now">Monotonic.</param>
    public bool IsAlive(int socket, in NativeSocketAddress source, TimeSpan within, TimeSpan authenticAt, TimeSpan now) =>
        _agent.IsAlive(socket, source.ToTransport(), within, now) || (authenticAt + within > now && socket == PathSocket && source.Equals(Path));

    /// <summary>Takes a STUN datagram.</summary>
    /// <param name="datagram">Whole.</param>
    /// <param name="socket">Ours, where it arrived.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="reply">A buffer for what goes back over the same socket.</param>
    /// <param name="replyLength">0: nothing.</param>
    /// <param name="learned">The source is an address of the peer.</param>
    /// <returns>True: <see cref="Path"/> changed.</returns>
    public bool OnStun(
        ReadOnlySpan<byte> datagram, int socket, in NativeSocketAddress source, TimeSpan now, Span<byte> reply, out int replyLength, out bool learned)
    {
        IceOutcome outcome = _agent.OnDatagram(datagram, socket, source.ToTransport(), now, reply, out replyLength);
        learned = (outcome & IceOutcome.Learned) != 0;
        return Apply(outcome);
    }

    /// <summary>Does what is due.</summary>
    /// <param name="authenticAt">When authentic media came last: it counts as consent.</param>
    /// <param name="now">Monotonic.</param>
    /// <returns>True: <see cref="Path"/> changed.</returns>
    public bool OnTimer(TimeSpan authenticAt, TimeSpan now)
    {
        _agent.OnAuthenticMedia(authenticAt);
        return Apply(_agent.OnTimer(now));
    }

    /// <summary>Writes the next check that is due; to be called until it returns 0.</summary>
    /// <param name="packet">A buffer.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="socket">Where to send it from.</param>
    /// <param name="target">Where to send it to.</param>
    public int TryTakeCheck(Span<byte> packet, TimeSpan now, out int socket, out NativeSocketAddress target)
    {
        int length = _agent.TryTakeCheck(packet, now, out IcePath path);
        (socket, target) = (path.Base, length > 0 ? NativeSocketAddress.From(path.Remote) : default);
        return length;
    }

    private bool Apply(IceOutcome outcome)
    {
        bool moved = (outcome & IceOutcome.Moved) != 0;
        if (moved)
        {
            Path = _agent.Selected.IsEmpty ? default : NativeSocketAddress.From(_agent.Selected.Remote);
            if (!_agent.Selected.IsEmpty) PathSocket = _agent.Selected.Base;
        }
        if ((outcome & IceOutcome.Connected) != 0) _raise(new IceConnected(_leg, Path.ToEndPoint()));
        if ((outcome & IceOutcome.ConsentLost) != 0) _raise(new ConsentLost(_leg));
        return moved;
    }
}
