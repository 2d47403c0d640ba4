using System.Globalization;
using Srtp;

namespace Load.Media;

/// <summary>The command line of <c>media</c>.</summary>
internal sealed record BenchOptions
{
    public const string Usage = "Load media [--kind relay|srtp|gcm|g711|opus|prompt|prompt-opus|ng] [--calls 100] [--with KIND:CALLS] [--engine tandem|rtpengine|both] [--seconds 8] [--rounds 3] [--burst] [--knee [--from CALLS] [--limit 80]] [--all] [--rate 200] [--handshakes CLIENTS] "
        + "[--threads 2] [--set section.key=value]... [--tandem PATH] [--verbose]";

    private static readonly Lazy<VoiceAudio> s_audio = new(VoiceAudio.Make);

    public string Kind { get; private init; } = "relay";

    public string Engine { get; private init; } = "both";

    public int Calls { get; private init; }

    /// <summary>Calls of another kind beside them.</summary>
    public (string Kind, int Calls)? With { get; private init; }

    public TimeSpan Length { get; private init; }

    public int Rounds { get; private init; }

    /// <summary>Set-ups a second, for kind ng.</summary>
    public int Rate { get; private init; }

    /// <summary>DTLS clients that come at the same moment, once a second, in every other round; 0: none.</summary>
    public int Handshakes { get; private init; }

    public bool Burst { get; private init; }

    public bool Knee { get; private init; }

    /// <summary>Time that the search for one engine's knee may take.</summary>
    public TimeSpan KneeLimit { get; private init; }

    /// <summary>Every kind in turn, then their knees.</summary>
    public bool All { get; private init; }

    /// <summary>The second load of a knee search; 0: twice the first.</summary>
    public int KneeFrom { get; private init; }

    public bool Verbose { get; private init; }

    public int RtpengineThreads { get; private init; }

    public string TandemBinary { get; private init; } = "";

    public IReadOnlyList<string> Settings { get; private init; } = [];

    public static BenchOptions Read(string[] args)
    {
        var given = new Arguments(args);
        return new BenchOptions
        {
            Kind = given.Text("--kind", "relay"),
            Engine = given.Text("--engine", "both"),
            Calls = given.Number("--calls", 100),
            With = given.Text("--with", "").Split(':') is [{ } kind, { } calls] ? (kind, int.Parse(calls, CultureInfo.InvariantCulture)) : null,
            Length = TimeSpan.FromSeconds(given.Number("--seconds", 8)),
            Rounds = given.Number("--rounds", 3),
            Rate = given.Number("--rate", 200),
            Handshakes = given.Number("--handshakes", 0),
            Burst = given.Has("--burst"),
            Knee = given.Has("--knee"),
            KneeFrom = given.Number("--from", 0),
            KneeLimit = TimeSpan.FromSeconds(given.Number("--limit", 80)),
            All = given.Has("--all"),
            Verbose = given.Has("--verbose"),
            RtpengineThreads = given.Number("--threads", 2),
            TandemBinary = given.TandemBinary,
            Settings = given.Settings,
        };
    }

    /// <summary>The same engines with another kind.</summary>
    public BenchOptions For(string kind, int calls, int seconds, int rounds, bool burst = false) =>
        this with { Kind = kind, Calls = calls, Length = TimeSpan.FromSeconds(seconds), Rounds = rounds, Burst = burst, Knee = false };

    /// <summary>One engine, raised with one kind until it fails.</summary>
    public BenchOptions KneeOf(string kind, string engine, int calls, int seconds, TimeSpan limit) =>
        For(kind, calls, seconds, rounds: 1) with { Engine = engine, Knee = true, KneeLimit = limit };

    /// <summary>What to do with so many calls of <see cref="Kind"/>.</summary>
    public IReadOnlyList<(MediaKind Kind, int Calls)> MakeJobs(int calls) =>
        With is { } with ? [(MakeKind(Kind), calls), (MakeKind(with.Kind), with.Calls)] : [(MakeKind(Kind), calls)];

    private static MediaKind MakeKind(string name) => name switch
    {
        "relay" => new RelayKind(),
        "srtp" => new SrtpKind(Profiles.AesCm128HmacSha1Tag80),
        "gcm" => new SrtpKind(Profiles.AeadAes128Gcm),
        "g711" => new TranscodeKind("g711", s_audio.Value, VoiceCodec.Pcmu, VoiceCodec.Pcma, leastLikeness: 0.99),
        "opus" => new TranscodeKind("opus", s_audio.Value, VoiceCodec.Opus, VoiceCodec.Pcmu, leastLikeness: 0.8),
        "prompt" => new PromptKind(s_audio.Value, VoiceCodec.Pcmu, leastLikeness: 0.98),
        "prompt-opus" => new PromptKind(s_audio.Value, VoiceCodec.Opus, leastLikeness: 0.9),
        _ => throw new ArgumentException($"there is no kind {name}"),
    };
}
