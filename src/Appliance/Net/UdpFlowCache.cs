using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>The flows of UDP peers by address, so that a datagram from a known peer allocates nothing. Bounded.</summary>
/// <remarks>Two generations: when the young one is full the old one is forgotten, so what is in use stays and what is not goes.</remarks>
internal sealed class UdpFlowCache(int capacity)
{
    private Dictionary<Key, SipFlow> _young = [], _old = [];

    public int Count => _young.Count + _old.Count;

    /// <summary>The flow between a peer and an address of ours on one listener; null when it is not known.</summary>
    public SipFlow? Find(UdpListener listener, in NativeSocketAddress remote, in NativeSocketAddress local)
    {
        var key = new Key(listener, remote, local);
        if (_young.TryGetValue(key, out SipFlow? flow)) return flow;
        if (!_old.Remove(key, out flow)) return null;
        Add(key, flow);
        return flow;
    }

    public void Add(UdpListener listener, in NativeSocketAddress remote, in NativeSocketAddress local, SipFlow flow) =>
        Add(new Key(listener, remote, local), flow);

    private void Add(in Key key, SipFlow flow)
    {
        if (_young.Count >= capacity)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[key] = flow;
    }

    private readonly record struct Key(UdpListener Listener, NativeSocketAddress Remote, NativeSocketAddress Local);
}
