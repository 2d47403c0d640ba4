using System.Globalization;

namespace Load.Sip;

/// <summary>The command line of <c>sip</c>.</summary>
internal sealed record SipOptions
{
    public const string Usage = "Load sip [--kind call|register] [--rates 200,500,1000] [--pairs 2] [--seconds 10] [--rounds 2] [--warm-up 10] [--hold MS] "
        + "[--engine tandem,kamailio,kamailio-digest] [--set section.key=value]... [--tandem PATH]";

    public string Kind { get; private init; } = "call";

    public IReadOnlyList<int> Rates { get; private init; } = [];

    /// <summary>Pairs of sipp, caller and callee, that share the rate.</summary>
    public int Pairs { get; private init; }

    public TimeSpan Length { get; private init; }

    public TimeSpan WarmUp { get; private init; }

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
        return new SipOptions
        {
            Kind = kind,
            Rates = [.. given.Text("--rates", "200,500,1000").Split(',').Select(rate => int.Parse(rate, CultureInfo.InvariantCulture))],
            Pairs = given.Number("--pairs", 2),
            Length = TimeSpan.FromSeconds(given.Number("--seconds", 10)),
            WarmUp = TimeSpan.FromSeconds(given.Number("--warm-up", 10)),
            Hold = TimeSpan.FromMilliseconds(given.Number("--hold", 100)),
            Rounds = given.Number("--rounds", 2),
            Engines = given.Text("--engine", kind == "call" ? "tandem,kamailio,kamailio-digest" : "tandem,kamailio").Split(','),
            Settings = given.Settings,
            TandemBinary = given.TandemBinary,
        };
    }
}
