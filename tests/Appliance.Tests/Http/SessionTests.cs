using Tandem.Http;
using Tandem.Http.Access;
using Tandem.Storage;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

public sealed class SessionTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Until_a_person_exists_everybody_is_told_how_to_make_one()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient anybody = rig.Client();
        ApiResult answer = await anybody.GetAsync("/users");
        Assert.Equal((401, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Contains("tandem person add", answer.Text("advice"), StringComparison.Ordinal);
        await rig.AddPersonAsync("ann", "admin");
        Assert.DoesNotContain("tandem person add", (await anybody.GetAsync("/users")).Text("advice"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite, false)]
    [InlineData(DatabaseEngine.PostgreSql, true)]
    public async Task A_page_logs_in_changes_something_with_its_token_and_logs_out(DatabaseEngine engine, bool secure)
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster, engine);
        await rig.AddPersonAsync("ann", "admin");
        using ApiClient page = rig.Client(secure: secure);
        ApiResult begun = await page.LogInAsync("ann", ApiRig.Password);
        Assert.Equal((200, "admin"), (begun.Status, begun.Text("role")));
        string cookie = begun.SetCookie!.ToLowerInvariant();
        Assert.StartsWith(secure ? "__host-tandem=" : "tandem=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Equal(secure, cookie.Contains("secure", StringComparison.Ordinal));
        Assert.Equal("ann", (await page.GetAsync("/session")).Text("name"));

        string csrf = page.Csrf!;
        foreach (string? wrong in (string?[])[null, "x", csrf + "x"])
        {
            page.Csrf = wrong;
            Assert.Equal(403, (await page.SendAsync("POST", "/users", """{"name":"1001"}""")).Status);
        }
        page.Csrf = csrf;
        Assert.Equal(403, (await page.SendAsync("POST", "/users", """{"name":"1001"}""", ("Origin", "https://evil.example"))).Status);
        Assert.Equal(200, (await page.SendAsync("POST", "/users", """{"name":"1001"}""")).Status);
        Assert.NotNull(rig.Context.Directory!.Current.FindUser("1001"));    // in force at once

        string? old = page.Cookie;
        Assert.Equal(200, (await page.SendAsync("DELETE", "/session")).Status);
        page.Cookie = old;
        Assert.Equal(401, (await page.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_cannot_be_told_apart_and_both_are_slowed_down()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("ann", "admin");
        using ApiClient guesser = rig.Client();
        ApiResult wrong = await guesser.LogInAsync("ann", "guess guess"), unknown = await guesser.LogInAsync("nobody", "guess guess");
        Assert.Equal(401, wrong.Status);
        Assert.Equal(wrong.Body!.ToJsonString(), unknown.Body!.ToJsonString());
        for (int i = 2; i < 10; i++) Assert.Equal(401, (await guesser.LogInAsync("nobody", "guess guess")).Status);
        ApiResult slowed = await guesser.LogInAsync("ann", ApiRig.Password), alsoSlowed = await guesser.LogInAsync("nobody", "guess guess");
        Assert.Equal((429, "30"), (slowed.Status, slowed.RetryAfter));
        Assert.Equal(slowed.Body!.ToJsonString(), alsoSlowed.Body!.ToJsonString());
        rig.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(200, (await guesser.LogInAsync("ann", ApiRig.Password)).Status);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_idle_and_at_the_latest_after_twelve_hours()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("ann", "viewer");
        using ApiClient idle = rig.Client(), busy = rig.Client();
        await idle.LogInAsync("ann", ApiRig.Password);
        await busy.LogInAsync("ann", ApiRig.Password);
        rig.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(200, (await busy.GetAsync("/session")).Status);
        rig.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((401, 200), ((await idle.GetAsync("/session")).Status, (await busy.GetAsync("/session")).Status));
        for (TimeSpan at = TimeSpan.FromMinutes(61); at < AccessControl.Longest - TimeSpan.FromMinutes(50); at += TimeSpan.FromMinutes(50))
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(50));
            Assert.Equal(200, (await busy.GetAsync("/session")).Status);
        }
        rig.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(401, (await busy.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task The_cookie_is_exchanged_and_the_old_one_is_soon_worthless()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("ann", "viewer");
        using ApiClient page = rig.Client(), thief = rig.Client();
        await page.LogInAsync("ann", ApiRig.Password);
        thief.Cookie = page.Cookie;
        rig.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.NotNull((await page.GetAsync("/session")).SetCookie);
        Assert.NotEqual(thief.Cookie, page.Cookie);
        ApiResult crossed = await thief.GetAsync("/session");
        Assert.Equal((200, null), (crossed.Status, crossed.SetCookie));    // a request that was under way
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, 200), ((await thief.GetAsync("/session")).Status, (await page.GetAsync("/session")).Status));
    }

    [Fact]
    public async Task A_password_that_was_made_is_good_for_choosing_another_only()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        PeopleApi.PersonSecret made = await rig.OwnerAsync(PeopleApi.Add, new PeopleApi.NewPerson("ann", "admin"));
        using ApiClient page = rig.Client(), other = rig.Client();
        Assert.True((await page.LogInAsync("ann", made.Password!)).Body!["must_change_password"]!.GetValue<bool>());
        Assert.Equal(403, (await page.GetAsync("/users")).Status);
        await other.LogInAsync("ann", made.Password!);
        ApiResult same = await page.SendAsync("PUT", "/session/password", $$"""{"current_password":"{{made.Password}}","password":"{{made.Password}}"}""");
        Assert.Equal((400, "password"), (same.Status, same.Fields));
        ApiResult shortOne = await page.SendAsync("PUT", "/session/password", $$"""{"current_password":"{{made.Password}}","password":"short"}""");
        Assert.Equal((400, "password"), (shortOne.Status, shortOne.Fields));
        ApiResult chosen = await page.SendAsync("PUT", "/session/password", $$"""{"current_password":"{{made.Password}}","password":"{{ApiRig.Password}}"}""");
        Assert.Equal(200, chosen.Status);
        Assert.Equal((200, 401), ((await page.GetAsync("/users")).Status, (await other.GetAsync("/users")).Status));
    }

    [Fact]
    public async Task A_wrong_current_password_is_written_down_and_changes_nothing()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("ann", "viewer");
        using ApiClient page = rig.Client();
        await page.LogInAsync("ann", ApiRig.Password);
        Assert.Equal(401, (await page.SendAsync("PUT", "/session/password", """{"current_password":"a guess of hers","password":"another password 9"}""")).Status);
        Assert.Equal("ann PUT /session/password {\"outcome\":\"refused\"}", await rig.Database.TextAsync("SELECT who || ' ' || operation || ' ' || input FROM audit ORDER BY id DESC LIMIT 1"));
        Assert.Equal(200, (await page.GetAsync("/session")).Status);
        Assert.Equal(200, (await page.LogInAsync("ann", ApiRig.Password)).Status);
    }

    [Fact]
    public async Task Who_is_disabled_or_removed_is_out_at_once_and_the_last_admin_stays()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient admin = await rig.AdminAsync();
        await rig.AddPersonAsync("vic", "viewer");
        using ApiClient page = rig.Client(), program = await rig.TokenAsync("vic", "*");
        await page.LogInAsync("vic", ApiRig.Password);
        Assert.Equal(200, (await program.GetAsync("/users")).Status);
        Assert.Equal(200, (await admin.SendAsync("PUT", "/people/vic", """{"enabled":false}""")).Status);
        Assert.Equal((401, 401, 401), ((await page.GetAsync("/users")).Status, (await program.GetAsync("/users")).Status, (await page.LogInAsync("vic", ApiRig.Password)).Status));
        Assert.Equal(200, (await admin.SendAsync("DELETE", "/people/vic")).Status);
        Assert.Equal(409, (await admin.SendAsync("DELETE", "/people/root")).Status);
        Assert.Equal(409, (await admin.SendAsync("PUT", "/people/root", """{"role":"viewer"}""")).Status);
    }

    [Fact]
    public async Task No_secret_is_kept_in_the_database()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("ann", "admin");
        TokenApi.TokenSecret token = await rig.OwnerAsync(TokenApi.Add, new TokenApi.NewToken("test", ["*"], Person: "ann"));
        using ApiClient page = rig.Client();
        await page.LogInAsync("ann", ApiRig.Password);
        await page.SendAsync("POST", "/users", """{"name":"1001","password":"phone-secret"}""");
        string everything = await rig.Database.TextAsync("SELECT password_hash FROM people") + await rig.Database.TextAsync("SELECT id_hash FROM web_sessions")
            + await rig.Database.TextAsync("SELECT token_hash FROM api_tokens") + await rig.Database.TextAsync("SELECT input || COALESCE(before_state, '') || COALESCE(after_state, '') FROM audit");
        foreach (string secret in (string[])[ApiRig.Password, token.Token, page.Cookie!.Split('=')[1], "phone-secret"])
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
    }
}
