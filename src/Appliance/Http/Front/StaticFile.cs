using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Tandem.Http.Front;

/// <summary>One file of the web pages, as it goes out: plain, and compressed once when it is first asked for so.</summary>
internal sealed partial class StaticFile
{
    private const int LeastCompressed = 512;

    private readonly Lazy<byte[]> _brotli, _gzip;

    /// <param name="name">Its extension says the type; a hash in it says that it never changes.</param>
    /// <param name="bytes">The content.</param>
    public StaticFile(string name, byte[] bytes)
    {
        (string type, bool compresses) = TypeOf(name);
        Bytes = bytes;
        ContentType = type;
        Compresses = compresses && bytes.Length >= LeastCompressed;
        Tag = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12));
        CacheControl = HashedName().IsMatch(name) ? "public, max-age=31536000, immutable" : "no-cache";
        _brotli = new Lazy<byte[]>(() => Compress(bytes, to => new BrotliStream(to, new BrotliCompressionOptions { Quality = 6 })));
        _gzip = new Lazy<byte[]>(() => Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal)));
    }

    public byte[] Bytes { get; }

    public string ContentType { get; }

    public bool Compresses { get; }

    /// <summary>Of the content; each coding adds its name, because its bytes are others.</summary>
    public string Tag { get; }

    /// <summary>A name with a hash is kept for good, others are asked for again by their tag.</summary>
    public string CacheControl { get; }

    /// <param name="coding">br, gzip, or empty for plain.</param>
    public byte[] Coded(string coding) => coding switch { "br" => _brotli.Value, "gzip" => _gzip.Value, _ => Bytes };

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> coder)
    {
        using var coded = new MemoryStream();
        using (Stream stream = coder(coded)) stream.Write(bytes);
        return coded.ToArray();
    }

    private static (string Type, bool Compresses) TypeOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".html" => ("text/html; charset=utf-8", true),
        ".js" or ".mjs" => ("text/javascript; charset=utf-8", true),
        ".css" => ("text/css; charset=utf-8", true),
        ".json" or ".map" => ("application/json", true),
        ".webmanifest" => ("application/manifest+json", true),
        ".svg" => ("image/svg+xml", true),
        ".txt" => ("text/plain; charset=utf-8", true),
        ".png" => ("image/png", false),
        ".ico" => ("image/x-icon", false),
        ".woff2" => ("font/woff2", false),
        ".mp3" => ("audio/mpeg", false),
        ".ogg" => ("audio/ogg", false),
        ".wav" => ("audio/wav", true),
        _ => ("application/octet-stream", false),
    };

    [GeneratedRegex(@"-[0-9A-Za-z]{8,}\.[a-z0-9.]+$")]
    private static partial Regex HashedName();
}
