namespace Tandem.Ng;

/// <summary>What the ng port has done since it opened. Written by its thread, read by any.</summary>
internal sealed class NgCounters
{
    private long _malformed, _repeated, _errors, _timedOut, _ended;
    private readonly long[] _commands = new long[Enum.GetValues<NgCommand>().Length];

    /// <summary>Datagrams that were no request: dropped without an answer.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Requests that came again and were answered from memory.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Requests answered with an error.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Calls removed because nothing was heard of them.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>Calls removed by request.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    public long Of(NgCommand command) => Interlocked.Read(ref _commands[(int)command]);

    public void CountMalformed() => Interlocked.Increment(ref _malformed);

    public void CountRepeated() => Interlocked.Increment(ref _repeated);

    public void CountError() => Interlocked.Increment(ref _errors);

    public void CountTimedOut() => Interlocked.Increment(ref _timedOut);

    public void CountEnded() => Interlocked.Increment(ref _ended);

    public void Count(NgCommand command) => Interlocked.Increment(ref _commands[(int)command]);
}
