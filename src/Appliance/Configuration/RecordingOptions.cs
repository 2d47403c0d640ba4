namespace Tandem.Configuration;

/// <summary>Section <c>[recording]</c>: which calls are recorded, how and where.</summary>
public sealed record RecordingOptions
{
    /// <summary>A value of <see cref="Calls"/>.</summary>
    public const string All = "all";

    /// <summary>A value of <see cref="Layout"/>.</summary>
    public const string Stereo = "stereo";

    [Setting("calls", "Which calls are recorded from the moment they are answered. A call can be recorded by hand either way: tandem calls record.",
        Choices = "off|all")]
    public string Calls { get; init; } = "off";

    [Setting("layout", "mixed: both parties in one channel; stereo: the caller left, what the caller hears right.", Choices = "mixed|stereo")]
    public string Layout { get; init; } = "mixed";

    [Setting("folder", "Folder of the recordings, YEAR/MONTH/DAY/CALL-ID.wav below it. Without it: recordings in the data folder.",
        IsPath = true, Example = "\"/srv/recordings\"")]
    public string? Folder { get; init; }

    [Setting("min_free_mb", "Megabytes to be left free on the disk: with less no recording starts and those going on end. 0 records until the disk is full.",
        Min = 0, Max = 1000000000)]
    public int MinFreeMegabytes { get; init; } = 500;
}
