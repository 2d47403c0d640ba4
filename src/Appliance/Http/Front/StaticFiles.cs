using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Tandem.Http.Front;

/// <summary>The web pages that ship with the appliance: a few files, held in memory.</summary>
internal sealed class StaticFiles
{
    private readonly Dictionary<string, StaticFile> _byPath = new(StringComparer.Ordinal);

    /// <param name="files">Paths below the server's root, <c>phone/index.html</c>, with their contents.</param>
    public StaticFiles(IEnumerable<(string Path, byte[] Bytes)> files)
    {
        foreach ((string path, byte[] bytes) in files) _byPath["/" + path] = new StaticFile(path, bytes);
    }

    /// <summary>The embedded resources named <c>Web/…</c>.</summary>
    public static StaticFiles Embedded(Assembly assembly)
    {
        const string Prefix = "Web/";
        return new StaticFiles(assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return (name[Prefix.Length..].Replace('\\', '/'), bytes);
        }));
    }

    /// <summary>Serves a file, or a folder's <c>index.html</c>; a folder without its slash is sent there.</summary>
    /// <returns>False: there is no such file; nothing was written.</returns>
    public async Task<bool> TryServeAsync(HttpContext http)
    {
        string path = http.Request.Path.Value ?? "/";
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) return false;
        if (_byPath.TryGetValue(path.EndsWith('/') ? path + "index.html" : path, out StaticFile? file))
        {
            await WriteAsync(http, file).ConfigureAwait(false);
            return true;
        }

        if (!_byPath.ContainsKey(path + "/index.html")) return false;
        http.Response.StatusCode = 308;
        http.Response.Headers.Location = http.Request.PathBase + path + "/" + http.Request.QueryString.ToUriComponent();
        return true;
    }

    private static async Task WriteAsync(HttpContext http, StaticFile file)
    {
        string coding = file.Compresses ? Choose(http.Request.Headers.AcceptEncoding) : "";
        string tag = coding.Length == 0 ? $"\"{file.Tag}\"" : $"\"{file.Tag}-{coding}\"";
        IHeaderDictionary fields = http.Response.Headers;
        fields.ETag = tag;
        fields.CacheControl = file.CacheControl;
        if (file.Compresses) fields.Vary = "Accept-Encoding";
        if (IsKnown(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = 304;
            return;
        }

        byte[] body = file.Coded(coding);
        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = body.Length;
        if (coding.Length > 0) fields.ContentEncoding = coding;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>br before gzip where the client takes both (RFC 9110 §12.5.3); q=0 refuses.</summary>
    private static string Choose(StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out IList<StringWithQualityHeaderValue>? codings)) return "";
        string best = "";
        foreach (StringWithQualityHeaderValue coding in codings)
        {
            if (coding.Quality == 0) continue;
            if (coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase)) return "br";
            if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) best = "gzip";
        }

        return best;
    }

    private static bool IsKnown(StringValues ifNoneMatch, string tag) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch, out IList<EntityTagHeaderValue>? known)
        && known.Any(one => one.Tag.Equals("*", StringComparison.Ordinal) || one.Tag.Equals(tag, StringComparison.Ordinal));
}
