namespace Tandem.Media.Recording;

/// <summary>Whether there is room for recordings.</summary>
internal static class RecordingSpace
{
    /// <summary>Space that this user may fill where a folder is.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Why nothing can be recorded, for people; null: there is room. May wait for the disk.</summary>
    /// <param name="folder">Absolute; it need not exist yet.</param>
    /// <param name="minFreeMegabytes">To be left free.</param>
    /// <param name="freeBytes">As <see cref="FreeBytes"/>.</param>
    public static string? Problem(string folder, int minFreeMegabytes, Func<string, long> freeBytes)
    {
        try
        {
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
            long free = freeBytes(folder) / 1_000_000;
            return free < minFreeMegabytes ? $"{free} MB are free on the disk, recording.min_free_mb is {minFreeMegabytes}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message.TrimEnd('.');
        }
    }
}
