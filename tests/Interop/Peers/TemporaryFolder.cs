namespace Interop.Peers;

/// <summary>A folder that goes when the test does. Kept where TANDEM_KEEP is set, for a look at what a failed test left.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("tandem-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_KEEP") is null) Directory.Delete(Path, recursive: true);
    }
}
