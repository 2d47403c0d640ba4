namespace Tandem.Configuration;

/// <summary>Section <c>[data]</c>: where everything that must survive a restart is kept.</summary>
public sealed record DataOptions
{
    [Setting("folder", "Folder for database, journal, cache, recordings and certificates. --data sets it too.", IsPath = true)]
    public string Folder { get; init; } = "data";

    /// <summary>The control socket of the running appliance.</summary>
    public string ControlSocket => Path.Combine(Folder, "tandem.sock");

    /// <summary>Folder of the call-log journal.</summary>
    public string JournalFolder => Path.Combine(Folder, "journal");
}
