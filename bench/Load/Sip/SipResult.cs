using System.Globalization;

namespace Load.Sip;

/// <summary>What one run of calls or registrations cost an engine.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Rate">Calls a second that were asked for.</param>
/// <param name="Wanted">Calls that were asked for.</param>
/// <param name="Right">Calls that ended well.</param>
/// <param name="Failed">Calls that sipp gave up.</param>
/// <param name="Resent">Messages sent again by sipp.</param>
/// <param name="BegunPerSecond">Calls that sipp really began.</param>
/// <param name="LostByEngine">Datagrams that found the buffers of the engine's sockets full.</param>
/// <param name="LostBySipp">Datagrams that found those of sipp's full.</param>
/// <param name="Elapsed">From the first call to the end of the last, or until sipp stopped waiting for it.</param>
/// <param name="ProcessorMs">Of the engine.</param>
/// <param name="EngineShare">Of one core, while calls should have been begun.</param>
/// <param name="GeneratorShare">All sipp's of one core, meanwhile.</param>
/// <param name="StolenMs">By the host.</param>
/// <param name="MemoryBeforeKb">Of the engine.</param>
/// <param name="MemoryAfterKb">Of the engine.</param>
/// <param name="Error">The first that sipp complained of.</param>
internal sealed record SipResult(string Engine, int Rate, int Wanted, int Right, int Failed, int Resent, double BegunPerSecond, long LostByEngine, long LostBySipp,
    TimeSpan Elapsed, double ProcessorMs, double EngineShare, double GeneratorShare, double StolenMs, double MemoryBeforeKb, double MemoryAfterKb, string? Error)
{
    public bool IsRight => Right == Wanted && Failed == 0;

    /// <summary>Calls that neither ended well nor were given up while sipp waited.</summary>
    public int Unended => Math.Max(0, Wanted - Right - Failed);

    public double MicrosecondsEach => ProcessorMs * 1000 / Math.Max(1, Right);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Engine,-21}{Rate,5}/s: {Right}/{Wanted} right, {Failed} failed, {Unended} without an end, {Resent} resent in {Elapsed.TotalSeconds:F1} s, {BegunPerSecond:F0}/s begun; {MicrosecondsEach,6:F0} us each; "
        + $"engine {EngineShare:P0}, sipp {GeneratorShare:P0}, stolen {StolenMs / Elapsed.TotalMilliseconds:P0} of a core; datagrams lost by engine {LostByEngine}, sipp {LostBySipp}; "
        + $"memory {MemoryBeforeKb / 1024:F0} -> {MemoryAfterKb / 1024:F0} MB{(Error is null ? "" : "\n" + Error)}");
}
