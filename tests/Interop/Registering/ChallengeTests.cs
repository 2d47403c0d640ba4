using Interop.Peers;
using Tandem.Signalling;
using Xunit;

namespace Interop.Registering;

/// <summary>Why challenges go out as they do: what real clients make of them.</summary>
public class ChallengeTests
{
    private static PhoneOptions Phone(RegistrarHost host) => new(RegistrarHost.User, host.Address) { Password = RegistrarHost.Password };

    private static Task AdmittedAsync(RegistrarHost host, BaresipPhone phone, int times) => Clock.UntilAsync(
        () => Task.FromResult(host.Statuses().Count(status => status == 0) >= times), 15, () => string.Join(' ', host.Statuses()) +
            phone.Log);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Baresip_1_registers_when_MD5_is_all_that_it_is_offered(string transport)
    {
        await using var host = new RegistrarHost();
        await using BaresipPhone phone = await BaresipPhone.LaunchAsync(Phone(host) with { Transport = transport });
        await AdmittedAsync(host, phone, 1);
        RegisteredContact contact = Assert.Single(await host.OnShardAsync(() => host.Registrar.Lookup(RegistrarHost.User)));
        Assert.StartsWith($"sip:{RegistrarHost.User}-0x", contact.ContactUri, StringComparison.Ordinal);     // INTEROP 9
        Assert.NotNull(contact.Flow);
        Assert.Equal([401, 0], host.Statuses());
        Assert.Single(host.Verdicts[0].Headers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Baresip_1_gives_up_at_SHA_256_wherever_it_stands(bool first)
    {
        await using var host = new RegistrarHost();
        host.Judge = verdict =>
        {
            if (verdict.Status != 401) return verdict;
            KeyValuePair<string, string> md5 = verdict.Headers[0],
                sha = new(md5.Key, md5.Value.Replace("MD5", "SHA-256", StringComparison.Ordinal));
            return verdict with { Headers = first ? [sha, md5] : [md5, sha] };
        };
        await using BaresipPhone phone = await BaresipPhone.LaunchAsync(Phone(host));
        await Clock.UntilAsync(() => Task.FromResult(phone.Log.Contains("Register: Function not implemented", StringComparison.Ordinal)),
            10, () => phone.Log);
        Assert.DoesNotContain(0, host.Statuses());
    }

    [Fact]
    public async Task Baresip_1_keeps_one_binding_through_refreshes_and_a_restart_of_ours()
    {
        await using var host = new RegistrarHost(minExpires: TimeSpan.FromSeconds(1));
        await using BaresipPhone phone = await BaresipPhone.LaunchAsync(Phone(host) with { RegisterSeconds = 2 });
        await AdmittedAsync(host, phone, 2);
        await host.OnShardAsync(() => { host.Restart(); return true; });
        await AdmittedAsync(host, phone, host.Statuses().Count(status => status == 0) + 2);
        Assert.Single(await host.OnShardAsync(() => host.Registrar.Lookup(RegistrarHost.User)));
        Assert.All(host.Statuses(), status => Assert.True(status is 0 or 401));
    }

    [Fact]
    public async Task Baresip_1_with_a_wrong_password_is_told_and_does_not_ask_on()
    {
        await using var host = new RegistrarHost();
        await using BaresipPhone phone = await BaresipPhone.LaunchAsync(Phone(host) with { Password = "guess" });
        await Clock.UntilAsync(() => Task.FromResult(phone.Log.Contains("403 Forbidden", StringComparison.Ordinal)), 10, () => phone.Log);
        Assert.Equal([401, 403], host.Statuses());
    }

    [Fact]
    public async Task Sipp_takes_the_first_of_two_challenges()
    {
        await using var host = new RegistrarHost();
        var options = new SippOptions("register", host.Address) { User = RegistrarHost.User, Password = RegistrarHost.Password };
        SippResult result = await Sipp.RunAsync(options);
        Assert.True(result.Succeeded(1), result.ToString());
        Assert.Equal(2, host.Verdicts[0].Headers.Count);
    }
}
