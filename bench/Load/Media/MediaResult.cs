namespace Load.Media;

/// <summary>What one engine did in one run.</summary>
internal sealed record MediaResult(string Engine, TimeSpan Length, double ProcessorMs, double GeneratorMs, double ResidentKb, Generator Generator, IReadOnlyList<JobResult> Jobs)
{
    public int Calls => Generator.Calls.Count;

    public double MicrosecondsPerPacket => ProcessorMs * 1000 / Math.Max(1, Generator.Received);

    public double MillisecondsPerCallSecond => ProcessorMs / Calls / Length.TotalSeconds;

    public long Lost => Generator.Sent - Generator.Received;

    public bool IsRight => Lost == 0 && Generator.Wrong == 0 && Generator.OutOfOrder == 0 && Generator.SilentPorts == 0 && Jobs.All(job => job.Faults.Count == 0);

    /// <summary>The generator itself was at its end: the load was less than was asked for, or came in heaps.</summary>
    public bool GeneratorWasBusy => Generator.Late.At(0.99) > 20 || GeneratorShare > 0.95;

    /// <summary>Packets came later than any listener waits for them.</summary>
    public bool IsLate => Jobs.Any(job => job.Delay.At(0.99) > 150);

    /// <summary>Of one core.</summary>
    public double EngineShare => ProcessorMs / Length.TotalMilliseconds;

    /// <summary>Of one core.</summary>
    public double GeneratorShare => GeneratorMs / Length.TotalMilliseconds;

    /// <summary>How late a thread was that did nothing but sleep meanwhile.</summary>
    public required Histogram Sleeper { get; init; }

    /// <summary>Taken from this virtual machine by its host meanwhile: an engine that does not run cannot be on time.</summary>
    public double StolenMs { get; init; }

    /// <summary>Of Tandem's runtime during the measured part; null: not Tandem.</summary>
    public Footprint? Footprint { get; init; }

    public override string ToString() =>
        $"{Engine,-10} {Calls,5} calls: {MicrosecondsPerPacket,6:F2} us/packet, {MillisecondsPerCallSecond,6:F3} ms/call-s; "
        + $"lost {Lost} of {Generator.Sent}, wrong {Generator.Wrong}, out of order {Generator.OutOfOrder}; RTP ports {2 * Calls - Generator.SilentPorts}/{2 * Calls}, RTCP ports {Generator.ReportingPorts}/{2 * Calls}; "
        + $"engine {EngineShare:P0}, generator {GeneratorShare:P0} of a core, late p99 {Generator.Late.At(0.99):F2} ms, a sleeper p99.9 {Sleeper.At(0.999):F2} ms, host took {StolenMs:F0} ms"
        + (Footprint is { } used ? $"; media loops allocated {used.Allocated} bytes, collections {string.Join('/', used.Collections)} of {used.PauseMs:F0} ms" : "")
        + string.Concat(Jobs.Select(job => $"\n             {job}"));
}

/// <summary>One kind of calls in it.</summary>
internal sealed record JobResult(string Name, int Calls, Histogram Delay, string? Audio, IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        $"{Calls} {Name}: added delay p50 {Delay.At(0.5):F2} p99 {Delay.At(0.99):F2} p99.9 {Delay.At(0.999):F2} ms"
        + (Audio is null ? "" : $"; {Audio}") + string.Concat(Faults.Select(fault => $"\n             {fault}"));
}
