namespace Load.Media;

/// <summary>What one engine did in one run.</summary>
internal sealed record MediaResult(
    string Engine, int Calls, TimeSpan Length, double ProcessorMs, double GeneratorMs, double ResidentKb, Generator Generator, IReadOnlyList<string> Faults, string? Audio)
{
    public double MicrosecondsPerPacket => ProcessorMs * 1000 / Math.Max(1, Generator.Received);

    public double MillisecondsPerCallSecond => ProcessorMs / Calls / Length.TotalSeconds;

    public long Lost => Generator.Sent - Generator.Received;

    public bool IsRight => Lost == 0 && Generator.Wrong == 0 && Generator.OutOfOrder == 0 && Generator.SilentPorts == 0 && Faults.Count == 0;

    public override string ToString() =>
        $"{Engine,-10} {Calls,5} calls: {MicrosecondsPerPacket,6:F2} us/packet, {MillisecondsPerCallSecond,6:F3} ms/call-s; added delay p50 {Generator.Delay.At(0.5):F2} p99 {Generator.Delay.At(0.99):F2} p99.9 {Generator.Delay.At(0.999):F2} ms; "
        + $"lost {Lost} of {Generator.Sent}, wrong {Generator.Wrong}, out of order {Generator.OutOfOrder}; RTP ports {2 * Calls - Generator.SilentPorts}/{2 * Calls}, RTCP ports {Generator.ReportingPorts}/{2 * Calls}; "
        + $"generator {GeneratorMs / Length.TotalMilliseconds:P0} of a core, late p99 {Generator.Late.At(0.99):F2} ms"
        + (Audio is null ? "" : $"\n             {Audio}")
        + string.Concat(Faults.Select(fault => $"\n             {fault}"));
}
