namespace Tandem.Net.Datagrams;

/// <summary>The sockets of datagrams that the kernel refused, kept until they are reported. One owner; allocates only beyond its capacity.</summary>
internal sealed class FailedSends(int capacity)
{
    private readonly List<int> _sockets = new(capacity);
    private int[] _reported = new int[capacity];

    public void Add(int socket) => _sockets.Add(socket);

    /// <summary>All since the last call, one entry each; valid until the next call.</summary>
    public ReadOnlySpan<int> Take()
    {
        int count = _sockets.Count;
        if (_reported.Length < count) _reported = new int[count];
        _sockets.CopyTo(_reported);
        _sockets.Clear();
        return _reported.AsSpan(0, count);
    }
}
