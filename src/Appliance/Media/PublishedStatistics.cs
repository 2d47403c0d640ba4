namespace Tandem.Media;

/// <summary>One leg's counters, written by its loop and read whole by anyone: a sequence lock, so that neither waits for the other.</summary>
internal sealed class PublishedStatistics
{
    private int _version;    // odd while being written
    private LegStatistics _value;

    /// <summary>The loop alone.</summary>
    public void Publish(in LegStatistics value)
    {
        Volatile.Write(ref _version, unchecked(_version + 1));
        Interlocked.MemoryBarrier();
        _value = value;
        Volatile.Write(ref _version, unchecked(_version + 1));
    }

    public LegStatistics Read()
    {
        var spin = new SpinWait();
        while (true)
        {
            int before = Volatile.Read(ref _version);
            LegStatistics copy = _value;
            Interlocked.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref _version)) return copy;
            spin.SpinOnce();
        }
    }
}
