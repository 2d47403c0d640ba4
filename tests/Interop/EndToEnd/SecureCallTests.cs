using Interop.Audio;
using Interop.Peers;
using Xunit;

namespace Interop.EndToEnd;

/// <summary>SRTP with keys by SDES: baresip's libre on the other side, in every form that it offers and takes.</summary>
public sealed class SecureCallTests(SecureCallTests.Talkative appliance) : IClassFixture<SecureCallTests.Talkative>
{
    private const string Optional = "srtp", Mandatory = "srtp-mand";

    public sealed class Talkative : Appliance
    {
        protected override TandemSetup Setup => new() { Settings = [ShortWait, "log.level=debug"] };
    }

    [Theory]
    [InlineData("udp", Mandatory)]
    [InlineData("udp", Optional)]
    [InlineData("tls", Mandatory)]
    public Task A_caller_with_SRTP_hears_the_menu(string transport, string encryption) => appliance.RunAsync(async () =>
    {
        Sound prompt = await appliance.ReferenceAsync(TandemSetup.Welcome);
        int secured = SecuredLegs();
        await using BaresipPhone phone = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001", transport) with { MediaEncryption = encryption });

        await phone.CallAsync(phone.Number("9999"));
        await Clock.SecondsAsync(prompt.Duration.TotalSeconds + 2.5);
        await phone.HangUpAsync();
        Row call = await appliance.EndedAsync("1001", "9999", "completed");

        AudioMatch match = AudioMatch.Find(prompt, await phone.HeardLastAsync());
        Assert.True(match.Passes && match.Voiced >= 4, match.ToString());
        Appliance.AssertGoodLeg(Assert.Single(await appliance.LegsAsync(call, 1)), "PCMU");
        Assert.Equal(transport == "udp" ? 1 : 0, SecuredLegs() - secured);    // over TLS the keys are hidden, and nothing is said of them
    });

    [Theory]
    [InlineData(Mandatory, null, 1)]
    [InlineData(null, Optional, 1)]
    [InlineData(Mandatory, Optional, 2)]
    [InlineData(Optional, null, 1)]
    public Task Phones_with_and_without_SRTP_hear_each_other(string? caller, string? called, int secured) => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        int before = SecuredLegs();
        await MenuCallTests.TransferAsync(appliance, appliance.Tandem.Phone("1002") with { Says = two, MediaEncryption = caller },
            appliance.Tandem.Phone("1001") with { Says = one, MediaEncryption = called }, callerHangsUp: true);
        Assert.Equal(secured, SecuredLegs() - before);
    });

    [Fact]
    public Task A_user_who_requires_SRTP_is_offered_nothing_else() => appliance.RunAsync(() => RequiringAsync("1001", async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        int before = SecuredLegs();
        await MenuCallTests.TransferAsync(appliance, appliance.Tandem.Phone("1002") with { Says = two },
            appliance.Tandem.Phone("1001") with { Says = one, MediaEncryption = Mandatory }, callerHangsUp: false);
        Assert.Equal(1, SecuredLegs() - before);
    }));

    [Fact]
    public Task A_plain_call_of_a_user_who_requires_SRTP_gets_488_and_the_reason() => appliance.RunAsync(() => RequiringAsync("1003", async () =>
    {
        await using BaresipPhone phone = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1003"));
        await phone.DialAsync(phone.Number("9999"));
        PhoneEvent closed = await phone.NextAsync("CALL_CLOSED");
        Assert.Contains("488 SRTP is required", closed.Parameter, StringComparison.Ordinal);
        Row call = await appliance.EndedAsync("1003", "9999", "rejected");
        Assert.Equal("488 SRTP is required: there is no a=crypto", call["reason"]);
    }));

    [Fact]
    public Task Hold_and_resume_keep_the_keys_and_the_sound() => appliance.RunAsync(async () =>
    {
        Sound one = await Speech.TestSignalAsync("en-us"), two = await Speech.TestSignalAsync("en-gb-scotland");
        await using BaresipPhone called = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1001") with { Says = one, MediaEncryption = Optional });
        await using BaresipPhone caller = await BaresipPhone.StartAsync(appliance.Tandem.Phone("1002") with { Says = two, MediaEncryption = Mandatory });
        await caller.CallAsync(caller.Number("1001"));
        await Clock.SecondsAsync(1);
        await caller.HoldAsync();
        await Clock.SecondsAsync(1);
        await caller.ResumeAsync();
        await Clock.SecondsAsync(5);
        await caller.HangUpAsync();
        await called.NextAsync("CALL_CLOSED");
        Row call = await appliance.EndedAsync("1002", "1001", "completed");
        await Appliance.AssertHeardAsync(called, two, 3);    // baresip's own record of the one who held ends with the hold, plain or not
        foreach (Row leg in await appliance.LegsAsync(call, 2)) Appliance.AssertGoodLeg(leg, "PCMU");
    });

    /// <summary>Legs whose keys came in the clear, by the debug log.</summary>
    private int SecuredLegs() => appliance.Tandem.Log.Split("the SRTP keys came over").Length - 1;

    private async Task RequiringAsync(string user, Func<Task> test)
    {
        await appliance.Tandem.CliAsync("user", "set", user, "--srtp", "required");
        try
        {
            await test();
        }
        finally
        {
            await appliance.Tandem.CliAsync("user", "set", user, "--srtp", "optional");
        }
    }
}
