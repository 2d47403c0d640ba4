using System.Globalization;

namespace Tandem.Storage;

/// <summary>The journal's files: <c>00000001.journal</c> and so on, the highest number the newest.</summary>
internal sealed class JournalFolder
{
    private const string Suffix = ".journal";
    private readonly string _folder;

    public JournalFolder(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        _folder = folder;
    }

    public string PathOf(long segment) => Path.Combine(_folder, segment.ToString("D8", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>Segments present, oldest first.</summary>
    public List<long> Segments() =>
        [.. System.IO.Directory.EnumerateFiles(_folder, "*" + Suffix)
            .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                ? number : 0)
            .Where(number => number > 0).Order()];

    public void Delete(long segment) => File.Delete(PathOf(segment));

    /// <summary>Keeps a segment that could not be read to its end, for a person to look at.</summary>
    public void SetAside(long segment) => File.Move(PathOf(segment), PathOf(segment) + ".damaged", overwrite: true);
}
