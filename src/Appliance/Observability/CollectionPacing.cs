using System.Runtime;

namespace Tandem.Observability;

/// <summary>Keeps collections of garbage short: while one runs no packet moves.</summary>
internal static class CollectionPacing
{
    /// <summary>Bytes in the middle generation that are collected at once. By itself the runtime lets 6 MB gather, and stands still for 16 ms when much of it is alive.</summary>
    private const long MostInMiddle = 1_500_000;

    /// <summary>For the whole process, for good.</summary>
    public static void Begin()
    {
        // Else the whole heap is compacted at one go now and then, which takes 50 ms.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        _ = new AfterCollection();
    }

    private static void Look()
    {
        if (GC.GetGCMemoryInfo(GCKind.Ephemeral).GenerationInfo[1].SizeAfterBytes > MostInMiddle) GC.Collect(1, GCCollectionMode.Forced, blocking: true);
    }

    /// <summary>Garbage from its first moment: each collection finds one and has its finalizer run, which makes the next.</summary>
    private sealed class AfterCollection
    {
        ~AfterCollection()
        {
            Look();
            _ = new AfterCollection();
        }
    }
}
