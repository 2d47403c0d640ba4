using System.Net;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>Browsers sign in over WebSocket as ordinary users, with the libraries that people build pages with.</summary>
[Collection(Browsers.Name)]
public sealed class RegistrationTests(Browsers browsers, WebAppliance appliance) : IClassFixture<WebAppliance>
{
    [Theory]
    [InlineData("JsSIP", "ws", "127.0.0.1")]
    [InlineData("JsSIP", "wss", "127.0.0.1")]
    [InlineData("JsSIP", "ws", "::1")]
    [InlineData("SIP.js", "ws", "127.0.0.1")]
    [InlineData("SIP.js", "wss", "127.0.0.1")]
    public Task A_browser_registers_and_is_listed_until_it_leaves(string library, string scheme, string address) => appliance.RunAsync(async () =>
    {
        await using WebPhone phone = await appliance.PhoneAsync(browsers.One, browsers.Pages, library, "1003", scheme, IPAddress.Parse(address));

        await Clock.UntilAsync(async () => (await ContactsAsync()).Contains(".invalid", StringComparison.Ordinal), 10, () => "it is not registered");
        await phone.Tab.EvaluateAsync("telephone.leave()");
        await Clock.UntilAsync(async () => !(await ContactsAsync()).Contains(".invalid", StringComparison.Ordinal), 10, () => "it is still registered");
    });

    [Theory]
    [InlineData("JsSIP")]
    [InlineData("SIP.js")]
    public Task A_wrong_password_is_refused(string library) => appliance.RunAsync(async () =>
    {
        await using WebPhone phone = await WebPhone.OpenAsync(browsers.One, browsers.Pages, library, "1003");

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => phone.RegisterAsync(appliance.Socket(), "127.0.0.1", "wrong-horse"));

        Assert.Contains("Error: 403", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"1003\"", await appliance.Tandem.CliAsync("registration", "list", "--json"), StringComparison.Ordinal);
    });

    private async Task<string> ContactsAsync() =>
        string.Join(' ', (await appliance.Database.QueryAsync("SELECT * FROM registrations WHERE expires_at > '2000'")).Select(row => row.ToString()));
}
