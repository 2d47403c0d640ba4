namespace Tandem.Media;

/// <summary>The ways between loops: one ring a direction, made when the first pair of legs needs it.</summary>
internal sealed class LoopLinks(int loops) : IDisposable
{
    private const int RingBytes = 256 * 1024;    // 100 ms of some 250 connections; a consumer that far behind has lost its calls anyway

    private readonly FrameRing<LinkedFrame>?[] _rings = new FrameRing<LinkedFrame>?[loops * loops];

    public int Loops => loops;

    /// <summary>The ring from one loop to another, made if need be. Any thread.</summary>
    public FrameRing<LinkedFrame> Open(int from, int to)
    {
        ref FrameRing<LinkedFrame>? slot = ref _rings[(from * loops) + to];
        FrameRing<LinkedFrame>? ring = Volatile.Read(ref slot);
        if (ring is not null) return ring;
        var made = new FrameRing<LinkedFrame>(RingBytes);
        ring = Interlocked.CompareExchange(ref slot, made, null);
        if (ring is null) return made;
        made.Dispose();
        return ring;
    }

    /// <summary>The ring if there is one.</summary>
    public FrameRing<LinkedFrame>? Find(int from, int to) => Volatile.Read(ref _rings[(from * loops) + to]);

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
        foreach (FrameRing<LinkedFrame>? ring in _rings) ring?.Dispose();
    }
}

/// <summary>A frame on its way to a leg of another loop.</summary>
/// <param name="Leg">Its <see cref="MediaLeg.Id"/>.</param>
/// <param name="Frame">The payload's place and length in it are the receiving loop's to set.</param>
internal readonly record struct LinkedFrame(long Leg, RelayFrame Frame);
