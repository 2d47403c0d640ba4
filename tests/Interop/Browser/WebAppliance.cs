using System.Net;
using Interop.Peers;

namespace Interop.Browser;

/// <summary>An appliance whose WebSocket takes the pages of the tests, which another server serves.</summary>
public class WebAppliance : EndToEnd.Appliance
{
    protected override TandemSetup Setup => new() { Settings = [ShortWait, "web.allowed_origins=[\"*\"]"] };

    /// <summary>Where its SIP WebSocket is.</summary>
    public Uri Socket(string scheme = "ws", string host = "127.0.0.1") => new($"{scheme}://{host}:{(scheme == "wss" ? Tandem.WebTlsPort : Tandem.WebPort)}/ws");

    /// <summary>The softphone page.</summary>
    public Uri PhonePage => new($"http://127.0.0.1:{Tandem.WebPort}/phone");

    /// <summary>A test telephone, registered.</summary>
    public async Task<WebPhone> PhoneAsync(Chromium browser, TestPages pages, string library, string user, string scheme = "ws", IPAddress? address = null, bool timeFrames = false)
    {
        string host = address is null ? "127.0.0.1" : new UriBuilder { Host = address.ToString() }.Host;
        WebPhone phone = await WebPhone.OpenAsync(browser, pages, library, user, timeFrames);
        try
        {
            await phone.RegisterAsync(Socket(scheme, host), host);
            return phone;
        }
        catch
        {
            await phone.DisposeAsync();
            throw;
        }
    }
}
