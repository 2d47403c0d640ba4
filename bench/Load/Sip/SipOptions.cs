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
        string Text(string name, string fallback) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : fallback;
        int Number(string name, int fallback) => int.Parse(Text(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        string kind = Text("--kind", "call");
        return new SipOptions
        {
            Kind = kind,
            Rates = [.. Text("--rates", "200,500,1000").Split(',').Select(rate => int.Parse(rate, CultureInfo.InvariantCulture))],
            Pairs = Number("--pairs", 2),
            Length = TimeSpan.FromSeconds(Number("--seconds", 10)),
            WarmUp = TimeSpan.FromSeconds(Number("--warm-up", 10)),
            Hold = TimeSpan.FromMilliseconds(Number("--hold", 100)),
            Rounds = Number("--rounds", 2),
            Engines = Text("--engine", kind == "call" ? "tandem,kamailio,kamailio-digest" : "tandem,kamailio").Split(','),
            Settings = [.. args.Index().Where(arg => arg.Item == "--set" && arg.Index + 1 < args.Length).Select(arg => args[arg.Index + 1])],
            TandemBinary = Text("--tandem", Path.Combine(AppContext.BaseDirectory, "../../../../../src/Appliance/bin/Release/net10.0/tandem")),
        };
    }
}
