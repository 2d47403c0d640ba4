using System.Runtime;

namespace Tandem.Observability;

/// <summary>
/// Keeps collections of garbage short, as no packet moves while one runs: the more so while there are calls with DTLS, whose handshakes come in
/// crowds and leave much. Signalling alone has nearly the runtime's own pace, at which a call costs least.
/// </summary>
internal static class CollectionPacing
{
    /// <summary>Bytes allocated from one collection to the next while there is DTLS; else it is what the project file allows.</summary>
    private const long MostInYoungest = 4 * 1024 * 1024;

    /// <summary>Bytes in the middle generation that are collected at once while there is DTLS.</summary>
    private const long MostInMiddle = 1_500_000;

    /// <summary>The same at any time, where the runtime left the middle generation alone: it would let 12 MB gather, and stand still for 23 ms.</summary>
    private const long MostLeftInMiddle = 5_000_000;

    private static long s_allocatedThen;
    private static int s_collections;

    /// <summary>For the whole process, for good.</summary>
    public static void Begin()
    {
        // Else the whole heap is compacted at one go now and then, which takes 50 ms.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        _ = new AfterCollection();
    }

    /// <summary>
    /// A leg's DTLS is settled, or a handshake has ended. Collects what has gathered, if it is enough: the youngest at one time, the middle generation at
    /// the next, as one after the other stops packets for less. Any thread that may block.
    /// </summary>
    public static void OnDtls()
    {
        long allocated = GC.GetTotalAllocatedBytes(), then = Interlocked.Read(ref s_allocatedThen);
        int collections = GC.CollectionCount(0);
        if (Interlocked.Exchange(ref s_collections, collections) != collections)
        {
            Interlocked.Exchange(ref s_allocatedThen, allocated);
            if (MiddleAfter(Last()) > MostInMiddle) Collect(1);
        }
        else if (allocated - then >= MostInYoungest && Interlocked.CompareExchange(ref s_allocatedThen, allocated, then) == then) Collect(0);
    }

    private static void AfterAny()
    {
        GCMemoryInfo last = Last();
        if (last.Generation == 0 && MiddleAfter(last) > MostLeftInMiddle) Collect(1);
    }

    private static GCMemoryInfo Last() => GC.GetGCMemoryInfo(GCKind.Ephemeral);

    private static long MiddleAfter(GCMemoryInfo collection) => collection.GenerationInfo[1].SizeAfterBytes;

    /// <summary>Not blocking: where the runtime finds that the oldest generation is due as well, it would stand still for that one too, 24 ms.</summary>
    private static void Collect(int generation) => GC.Collect(generation, GCCollectionMode.Forced, blocking: false);

    /// <summary>Garbage from its first moment: each collection finds one and has its finalizer run, which makes the next.</summary>
    private sealed class AfterCollection
    {
        ~AfterCollection()
        {
            AfterAny();
            _ = new AfterCollection();
        }
    }
}
