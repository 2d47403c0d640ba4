using System.Runtime.CompilerServices;

namespace Sip.Core.Tests;

/// <summary>The published bytes under tests/vectors.</summary>
static class Vectors
{
    static readonly string Folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "vectors");

    static string Here([CallerFilePath] string path = "") => path;

    public static byte[] Rfc4475(string name) => File.ReadAllBytes(Path.Combine(Folder, "rfc4475", name + ".dat"));

    public static string[] Rfc4475Names()
    {
        string[] files = Directory.GetFiles(Path.Combine(Folder, "rfc4475"), "*.dat");
        Array.Sort(files, StringComparer.Ordinal);
        return Array.ConvertAll(files, file => Path.GetFileNameWithoutExtension(file));
    }
}
