namespace Tandem.Configuration;

/// <summary>Every setting of the appliance: immutable, checked once at start.</summary>
public sealed record TandemOptions
{
    public DataOptions Data { get; init; } = new();
    public DatabaseOptions Database { get; init; } = new();
    public SipOptions Sip { get; init; } = new();
    public MediaOptions Media { get; init; } = new();
    public CallOptions Calls { get; init; } = new();
    public NumberOptions Numbers { get; init; } = new();
    public RecordingOptions Recording { get; init; } = new();
    public IvrOptions Ivr { get; init; } = new();
    public SpeechOptions Speech { get; init; } = new() { CacheFolder = "data/cache" };
    public TtsApiOptions Tts { get; init; } = new();
    public WebOptions Web { get; init; } = new();
    public NgOptions Ng { get; init; } = new();
    public DefenceOptions Defence { get; init; } = new();
    public FraudOptions Fraud { get; init; } = new();
    public LogOptions Log { get; init; } = new();

    /// <summary>The same options with every path that follows from the data folder filled in.</summary>
    public TandemOptions WithDataFolder(string folder) => this with
    {
        Data = Data with { Folder = folder },
        Database = Database with { File = Path.Combine(folder, "tandem.db") },
        Sip = Sip with { CertificateFolder = Path.Combine(folder, "tls") },
        Recording = Recording with { Folder = Recording.Folder ?? Path.Combine(folder, "recordings") },
        Speech = Speech with
        {
            CacheFolder = Path.Combine(folder, "cache"),
            VoicesFolder = Speech.VoicesFolder ?? Path.Combine(folder, "voices"),
        },
    };
}
