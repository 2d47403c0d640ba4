namespace Tandem.Tests.Defence;

/// <summary>What work asks of the heap once it is warm: the runtime itself asks for some when it compiles, so the least of several rounds counts.</summary>
internal static class Allocated
{
    public static long By(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
