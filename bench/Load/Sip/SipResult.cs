using System.Globalization;

namespace Load.Sip;

/// <summary>What one run of calls or registrations cost an engine.</summary>
internal sealed record SipResult(string Engine, int Rate, int Wanted, int Right, int Failed, int Resent, TimeSpan Elapsed, double ProcessorMs, double GeneratorMs,
    double StolenMs, double MemoryBeforeKb, double MemoryAfterKb, string? Error)
{
    public bool IsRight => Right == Wanted && Failed == 0;

    public double MicrosecondsEach => ProcessorMs * 1000 / Math.Max(1, Right);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Engine,-21}{Rate,5}/s: {Right}/{Wanted} right, {Failed} failed, {Resent} resent in {Elapsed.TotalSeconds:F1} s; {MicrosecondsEach,6:F0} us each; "
        + $"engine {ProcessorMs / Elapsed.TotalMilliseconds:P0}, sipp {GeneratorMs / Elapsed.TotalMilliseconds:P0}, stolen {StolenMs / Elapsed.TotalMilliseconds:P0} of a core; "
        + $"memory {MemoryBeforeKb / 1024:F0} -> {MemoryAfterKb / 1024:F0} MB{(Error is null ? "" : "\n" + Error)}");
}
