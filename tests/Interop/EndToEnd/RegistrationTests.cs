using System.Net;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

public sealed class RegistrationTests(Appliance appliance) : IClassFixture<Appliance>
{
    public static TheoryData<string, string> Ways => new() { { "127.0.0.1", "udp" }, { "127.0.0.1", "tcp" }, { "127.0.0.1", "tls" }, { "::1", "udp" }, { "::1", "tcp" } };

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_phone_registers_with_digest_and_unregisters(string address, string transport) => appliance.RunAsync(async () =>
    {
        PhoneOptions options = Reaching(appliance.Tandem.Phone("1003", transport), address);
        await using (BaresipPhone phone = await BaresipPhone.StartAsync(options))
        {
            // Bindings are written behind the answer.
            await Clock.UntilAsync(async () => (await BindingsAsync()).Count > 0, 5, () => "the binding is not stored");
            Row binding = Assert.Single(await BindingsAsync());
            Assert.Contains(address == "::1" ? "[::1]" : address, binding["contact_uri"], StringComparison.Ordinal);
        }
        await Clock.UntilAsync(async () => (await BindingsAsync()).Count == 0, 5, () => "the binding stays after its phone has unregistered");
    });

    /// <summary>baresip 1.0 tries for ever: the answers come later and later, so that it can only try so often.</summary>
    [Theory]
    [InlineData("1003", "wrong")]
    [InlineData("1999", TandemSetup.Password)]
    public Task A_wrong_password_and_an_unknown_user_are_refused_more_and_more_slowly(string user, string password) => appliance.RunAsync(async () =>
    {
        await using (BaresipPhone phone = await BaresipPhone.LaunchAsync(appliance.Tandem.Phone(user) with { Password = password }))
        {
            await Clock.SecondsAsync(5);

            Assert.False(phone.Reported("REGISTER_OK"), "registered");
            Assert.Empty(await BindingsAsync());
            int tries = appliance.Tandem.Log.Split('\n').Count(l => l.Contains($"Wrong password or unknown user {user} ", StringComparison.Ordinal));
            Assert.InRange(tries, 3, 9);
        }
        await using BaresipPhone right = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));
    });

    private Task<IReadOnlyList<Row>> BindingsAsync() => appliance.Database.QueryAsync("SELECT * FROM registrations");

    private static PhoneOptions Reaching(PhoneOptions options, string address) =>
        options with { Address = IPAddress.Parse(address), Registrar = new IPEndPoint(IPAddress.Parse(address), options.Registrar.Port) };
}
