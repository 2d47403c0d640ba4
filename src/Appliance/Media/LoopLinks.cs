namespace Tandem.Media;

/// <summary>The ways between loops: one ring a direction, made when the first pair of legs needs it.</summary>
internal sealed class LoopLinks(int loops) : IDisposable
{
    private readonly FrameRing?[] _rings = new FrameRing?[loops * loops];

    public int Loops => loops;

    /// <summary>The ring from one loop to another, made if need be. Any thread.</summary>
    public FrameRing Open(int from, int to)
    {
        ref FrameRing? slot = ref _rings[(from * loops) + to];
        FrameRing? ring = Volatile.Read(ref slot);
        if (ring is not null) return ring;
        var made = new FrameRing();
        ring = Interlocked.CompareExchange(ref slot, made, null);
        if (ring is null) return made;
        made.Dispose();
        return ring;
    }

    /// <summary>The ring if there is one.</summary>
    public FrameRing? Find(int from, int to) => Volatile.Read(ref _rings[(from * loops) + to]);

    /// <summary>Whether another loop has left frames for this one.</summary>
    public bool HasFramesFor(int to)
    {
        for (int from = 0; from < loops; from++)
        {
            if (Find(from, to) is { IsEmpty: false }) return true;
        }
        return false;
    }

    /// <summary>Once every loop has ended.</summary>
    public void Dispose()
    {
        foreach (FrameRing? ring in _rings) ring?.Dispose();
    }
}
