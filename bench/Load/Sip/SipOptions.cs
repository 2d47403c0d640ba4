using System.Globalization;

namespace Load.Sip;

/// <summary>The command line of <c>sip</c>.</summary>
internal sealed record SipOptions
{
    public const string Usage = "Load sip [--kind call|register|both] [--rates 200,500,1000] [--pairs 2] [--seconds 10] [--rounds 2] [--warm-up 30] [--hold MS] "
        + "[--calls N [--calls-rate 500]] [--rising [--from 1000]] [--engine tandem,kamailio,kamailio-digest] [--set section.key=value]... [--tandem PATH]";

    /// <summary>What is measured, one after the other.</summary>
    public IReadOnlyList<string> Kinds { get; private init; } = [];

    public IReadOnlyList<int> Rates { get; private init; } = [];

    /// <summary>Pairs of sipp, caller and callee, that share the rate.</summary>
    public int Pairs { get; private init; }

    public TimeSpan Length { get; private init; }

    /// <summary>Before the first rate: a server runs for months, and its code is compiled anew for a while. Before further rates a tenth of it.</summary>
    public TimeSpan WarmUp { get; private init; }

    /// <summary>Calls to make with Tandem after the rates, watching its memory; 0: none.</summary>
    public int Calls { get; private init; }

    /// <summary>Of those.</summary>
    public int CallsRate { get; private init; }

    /// <summary>Whether to look at last for the rate at which an engine gives way.</summary>
    public bool Rising { get; private init; }

    /// <summary>The first rate of that search.</summary>
    public int RisingFrom { get; private init; }

    /// <summary>Between the ACK and the BYE.</summary>
    public TimeSpan Hold { get; private init; }

    public int Rounds { get; private init; }

    public IReadOnlyList<string> Engines { get; private init; } = [];

    public IReadOnlyList<string> Settings { get; private init; } = [];

    public string TandemBinary { get; private init; } = "";

    public static SipOptions Read(string[] args)
    {
        var given = new Arguments(args);
        string kind = given.Text("--kind", "call");
        string[] kinds = kind == "both" ? ["call", "register"] : [kind];
        return new SipOptions
        {
            Kinds = kinds,
            Rates = [.. given.Text("--rates", "200,500,1000").Split(',').Select(rate => int.Parse(rate, CultureInfo.InvariantCulture))],
            Pairs = given.Number("--pairs", 2),
            Length = TimeSpan.FromSeconds(given.Number("--seconds", 10)),
            WarmUp = TimeSpan.FromSeconds(given.Number("--warm-up", 30)),
            Hold = TimeSpan.FromMilliseconds(given.Number("--hold", 100)),
            Rounds = given.Number("--rounds", 2),
            Calls = given.Number("--calls", 0),
            CallsRate = given.Number("--calls-rate", 500),
            Rising = given.Has("--rising"),
            RisingFrom = given.Number("--from", 1000),
            Engines = given.Text("--engine", "tandem,kamailio").Split(','),
            Settings = given.Settings,
            TandemBinary = given.TandemBinary,
        };
    }
}
