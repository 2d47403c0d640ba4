using System.Net;
using System.Reflection;

namespace Interop.Browser;

/// <summary>Serves the bundled test telephones on a loopback port: /JsSIP and /SIP.js.</summary>
public sealed class TestPages : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public TestPages()
    {
        int port = Peers.Ports.Sip();
        Address = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public Uri Of(string library) => new(Address, library);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext request;
            try
            {
                request = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            byte[]? body = Find(request.Request.Url!.AbsolutePath.TrimStart('/'), out string type);
            request.Response.StatusCode = body is null ? 404 : 200;
            request.Response.ContentType = type;
            request.Response.Close(body ?? [], willBlock: false);
        }
    }

    private static byte[]? Find(string path, out string type)
    {
        if (path is "JsSIP" or "SIP.js")
        {
            type = "text/html; charset=utf-8";
            string page = System.Text.Encoding.UTF8.GetString(Read("page.html")!);
            return System.Text.Encoding.UTF8.GetBytes(page.Replace("LIBRARY", path == "JsSIP" ? "jssip" : "sipjs", StringComparison.Ordinal));
        }
        type = "text/javascript; charset=utf-8";
        return Read(path);
    }

    private static byte[]? Read(string name)
    {
        using Stream? resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"web/{name}");
        if (resource is null) return null;
        using MemoryStream copy = new();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
