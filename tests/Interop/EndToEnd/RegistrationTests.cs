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
            await Clock.UntilAsync(async () => (await BindingsAsync("1003")).Count > 0, 30, () => "the binding is not stored");
            Row binding = Assert.Single(await BindingsAsync("1003"));
            Assert.Contains(address == "::1" ? "[::1]" : address, binding["contact_uri"], StringComparison.Ordinal);
        }
        await Clock.UntilAsync(async () => (await BindingsAsync("1003")).Count == 0, 30, () => "the binding stays after its phone has unregistered");
    });

    [Theory]
    [InlineData("1003", "wrong")]
    [InlineData("1999", TandemSetup.Password)]
    public Task A_wrong_password_and_an_unknown_user_are_refused(string user, string password) => appliance.RunAsync(async () =>
    {
        await using (BaresipPhone phone = await BaresipPhone.LaunchAsync(appliance.Tandem.Phone(user) with { Password = password }))
        {
            PhoneEvent failure = await phone.NextAsync("REGISTER_FAIL");
            Assert.StartsWith("403", failure.Parameter, StringComparison.Ordinal);
            Assert.DoesNotContain($"\"{user}\"", await appliance.Tandem.CliAsync("registration", "list", "--json"), StringComparison.Ordinal);
        }
        await using BaresipPhone right = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002"));
    });

    private Task<IReadOnlyList<Row>> BindingsAsync(string user) => appliance.Database.QueryAsync($"SELECT * FROM registrations WHERE user_name = '{user}'");

    private static PhoneOptions Reaching(PhoneOptions options, string address) =>
        options with { Address = IPAddress.Parse(address), Registrar = new IPEndPoint(IPAddress.Parse(address), options.Registrar.Port) };
}
