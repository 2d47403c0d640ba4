using System.Security.Cryptography;

namespace Tandem.Storage;

/// <summary>The folder of everything that must survive: readable by its owner only.</summary>
public static class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder where it is missing (0700).</summary>
    /// <exception cref="StartException">It cannot be made or written.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            if (!System.IO.Directory.Exists(folder)) System.IO.Directory.CreateDirectory(folder, OwnerOnly);
            string probe = Path.Combine(folder, ".write-test");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {Path.GetFullPath(folder)} cannot be used: {error.Message.TrimEnd('.')}.",
                "Give another with --data DIR, or make it writable for this user.", error);
        }
    }

    /// <summary>The name of this appliance among others on the same database: made once, kept in the folder.</summary>
    public static string NodeName(string folder)
    {
        string file = Path.Combine(folder, "node");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 and <= 64 } name) return name;
        name = $"{Environment.MachineName[..Math.Min(40, Environment.MachineName.Length)]}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        File.WriteAllText(file, name + "\n");
        return name;
    }
}
