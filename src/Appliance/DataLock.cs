namespace Tandem;

/// <summary>Holds the data folder for one appliance at a time; the kernel lets go of it when the process ends, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <exception cref="StartException">Another appliance runs on the folder.</exception>
    public static DataLock Take(string folder)
    {
        try
        {
            return new DataLock(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error)
        {
            throw new StartException($"An appliance is running on the data folder {folder} already.",
                "Ask it with 'tandem status', stop it first, or give another folder with --data DIR.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
