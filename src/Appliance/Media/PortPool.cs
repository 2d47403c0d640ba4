using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Tandem.Configuration;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>One loop's slice of the port ranges: even/odd pairs, oldest unused first, at rest for five seconds after use.</summary>
/// <remarks>
/// The first round goes through the slice in random order, so that neither a restart nor an outsider hits the ports of the call before.
/// Signalling takes pairs and loops give them back: short lock, never on the path of a packet.
/// </remarks>
internal sealed class PortPool
{
    /// <summary>Packets of the call before may still be under way for this long.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<PortPair> _ready = new();
    private readonly Queue<(PortPair Pair, TimeSpan Since)> _resting = new();

    /// <param name="ranges">All ranges of the appliance.</param>
    /// <param name="slice">This loop.</param>
    /// <param name="slices">Loops in all; each has every <paramref name="slices"/>-th pair.</param>
    public PortPool(IReadOnlyList<MediaPortRange> ranges, int slice, int slices)
    {
        List<PortPair> pairs = [];
        int number = 0;
        foreach (MediaPortRange range in ranges)
        {
            for (int port = (range.First + 1) & ~1; port < range.Last; port += 2, number++)
            {
                if (number % slices == slice) pairs.Add(new PortPair(port, range));
            }
        }
        PortPair[] order = [.. pairs];
        RandomNumberGenerator.Shuffle<PortPair>(order);
        foreach (PortPair pair in order) _ready.Enqueue(pair);
    }

    /// <summary>Pairs not in use, those at rest included.</summary>
    public int Free
    {
        get { lock (_lock) return _ready.Count + _resting.Count; }
    }

    /// <summary>Binds both sockets of the next pair that serves <paramref name="local"/>; a pair that somebody else holds is passed over.</summary>
    /// <returns>False: none is left, or the kernel gives no more sockets.</returns>
    public bool TryBind(IPAddress local, TimeSpan now, out BoundPair bound)
    {
        lock (_lock)
        {
            while (_resting.TryPeek(out (PortPair Pair, TimeSpan Since) oldest) && oldest.Since <= now - Rest) _ready.Enqueue(_resting.Dequeue().Pair);
            for (int tries = _ready.Count; tries > 0; tries--)
            {
                PortPair pair = _ready.Dequeue();
                if (!pair.Range.Serves(local))
                {
                    _ready.Enqueue(pair);
                    continue;
                }
                if (TryBind(pair, local, out bound, out int error)) return true;
                if (error == Errno.AddressInUse)
                {
                    _resting.Enqueue((pair, now));
                    continue;
                }
                _ready.Enqueue(pair);
                return false;    // an address that is not ours, or no descriptors left: another port will not help
            }
        }
        bound = default;
        return false;
    }

    /// <summary>Gives a pair back; its sockets are closed.</summary>
    public void Return(PortPair pair, TimeSpan now)
    {
        lock (_lock) _resting.Enqueue((pair, now));
    }

    private static bool TryBind(PortPair pair, IPAddress local, out BoundPair bound, out int error)
    {
        bound = default;
        FileDescriptor rtp = FileDescriptor.BindUdp(local, pair.RtpPort, out error);
        if (rtp.IsInvalid) return false;
        FileDescriptor rtcp = FileDescriptor.BindUdp(local, pair.RtpPort + 1, out error);
        if (rtcp.IsInvalid)
        {
            rtp.Dispose();
            return false;
        }
        MarkExpedited(rtp, local);
        MarkExpedited(rtcp, local);
        bound = new BoundPair(pair, rtp, rtcp);
        return true;
    }

    /// <summary>Routers that tell voice from other traffic do so by the class EF (RFC 3246, RFC 4594 §4.1). Without the right to set it we go without.</summary>
    public static void MarkExpedited(FileDescriptor socket, IPAddress local)
    {
        const int ExpeditedForwarding = 46 << 2;
        bool ipv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _ = socket.SetOption(ipv6 ? SocketOptions.LevelIpv6 : SocketOptions.LevelIp,
            ipv6 ? SocketOptions.Ipv6TrafficClass : SocketOptions.IpTos, ExpeditedForwarding);
    }
}

/// <summary>An even RTP port and the odd RTCP port above it.</summary>
internal readonly record struct PortPair(int RtpPort, MediaPortRange Range);

/// <summary>A pair with its open sockets, which the receiver of this owns; without the second where RTCP is multiplexed.</summary>
internal readonly record struct BoundPair(PortPair Pair, FileDescriptor Rtp, FileDescriptor? Rtcp);
