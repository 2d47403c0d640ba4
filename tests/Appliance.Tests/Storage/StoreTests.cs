using Sip.Core.Sdp;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class StoreTests(PostgresCluster cluster)
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_directory_shows_what_was_saved_after_a_reload(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        var directory = new PhoneDirectory(test.Database);
        var menu = new Menu("main", "Main", "Welcome", [new MenuOption('#', "hangup", null), new MenuOption('1', "transfer", "1001")]);
        await test.Database.WriteAsync(session =>
        {
            UserStore.Save(session, User.WithPassword("1001", "Ann", "tandem", "pw"), s_now);
            AgentStore.Save(session, "2001", "Ann", null, s_now);
            ExtensionStore.Save(session, new Extension("9999", ExtensionKind.Menu, "main"), s_now);
            MenuStore.Save(session, menu, s_now);
            return 0;
        }, TestContext.Current.CancellationToken);
        Assert.Empty(directory.Current.Users);

        await directory.ReloadAsync(TestContext.Current.CancellationToken);

        DirectorySnapshot snapshot = directory.Current;
        Assert.Equal("Ann", snapshot.FindUser("1001")!.DisplayName);
        Assert.Equal(AgentStatus.Available, snapshot.FindAgent("2001")!.Status);
        Assert.Equal(new Extension("9999", ExtensionKind.Menu, "main"), snapshot.FindExtension("9999"));
        Assert.Equal(menu.Options, snapshot.FindMenu("main")!.Options);
        Assert.Null(snapshot.FindUser("1002"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_users_SRTP_mode_is_kept_and_a_word_that_is_not_known_means_the_safe_one(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        SrtpMode[] modes = await test.Database.WriteAsync(session =>
        {
            foreach (string name in new[] { "1", "2", "3", "4" }) UserStore.Save(session, User.WithPassword(name, name, "tandem", "pw"), s_now);
            UserStore.SetSrtp(session, "2", SrtpMode.Off, s_now);
            UserStore.SetSrtp(session, "3", SrtpMode.Required, s_now);
            session.Execute("UPDATE users SET srtp = 'dtls' WHERE name = '4'");
            return UserStore.List(session).Select(user => user.Srtp).ToArray();
        }, TestContext.Current.CancellationToken);
        Assert.Equal([SrtpMode.Optional, SrtpMode.Off, SrtpMode.Required, SrtpMode.Required], modes);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Saving_again_replaces_and_removing_says_whether_there_was_one(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        bool[] removed = await test.Database.WriteAsync(session =>
        {
            UserStore.Save(session, User.WithPassword("1001", "Ann", "tandem", "one"), s_now);
            UserStore.Save(session, User.WithPassword("1001", "Bea", "tandem", "two"), s_now);
            MenuStore.Save(session, new Menu("m", "M", "Hello", [new MenuOption('1', "repeat", null)]), s_now);
            MenuStore.Save(session, new Menu("m", "M", "Hi", [new MenuOption('2', "hangup", null)]), s_now);
            return new[]
            {
                MenuStore.List(session).Single().Options.Single().Digit == '2', UserStore.List(session).Single().DisplayName == "Bea",
                MenuStore.Remove(session, "m"), MenuStore.Remove(session, "m"), UserStore.Remove(session, "1001"), UserStore.Remove(session, "1001"),
                AgentStore.Remove(session, "x"), ExtensionStore.Remove(session, "x"),
            };
        }, TestContext.Current.CancellationToken);
        Assert.Equal([true, true, true, false, true, false, false, false], removed);
    }

    [Fact]
    public void A_password_becomes_the_digest_secrets_of_its_realm_and_nothing_else()
    {
        var user = User.WithPassword("Mufasa", "", "http-auth@example.org", "Circle of Life");    // RFC 7616 §3.9.1
        Assert.Equal("3d78807defe7de2157e2b0b6573a855f", user.Ha1Md5);
        Assert.Equal("7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232", user.Ha1Sha256);
        Assert.DoesNotContain("Circle", user.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task First_start_fills_once_and_overwrites_nothing(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        User mine = User.WithPassword("1001", "Mine", "tandem", "mine");
        await test.Database.WriteAsync(session => { UserStore.Save(session, mine, s_now); return 0; }, TestContext.Current.CancellationToken);

        IReadOnlyList<(string User, string Password)> made = await FirstStart.FillAsync(test.Database, "tandem", s_now, TestContext.Current.CancellationToken);
        await test.Database.WriteAsync(session => MenuStore.Remove(session, "main") | ExtensionStore.Remove(session, "9999"), TestContext.Current.CancellationToken);
        Assert.Empty(await FirstStart.FillAsync(test.Database, "tandem", s_now, TestContext.Current.CancellationToken));

        (string name, string password) = Assert.Single(made);
        var directory = new PhoneDirectory(test.Database);
        await directory.ReloadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(mine, directory.Current.FindUser("1001"));
        Assert.Equal(User.WithPassword(name, "Extension 1002", "tandem", password), directory.Current.FindUser("1002"));
        Assert.True(password.Length >= 16);
        Assert.Null(directory.Current.FindMenu("main"));
        Assert.Null(directory.Current.FindExtension("9999"));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Bindings_survive_a_restart_until_they_expire(DatabaseEngine engine)
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(engine, cluster);
        await test.Database.WriteAsync(session =>
        {
            UserStore.Save(session, User.WithPassword("1001", "Ann", "tandem", "pw"), s_now);
            return 0;
        }, TestContext.Current.CancellationToken);
        StoredBinding Binding(string contact, int seconds) => new("1001", contact, "<urn:uuid:1>", 1, 0.5, "call", 7, s_now.AddSeconds(seconds),
            "udp 192.0.2.1:5060", null, "phone");

        await using (var store = new RegistrationStore(test.Database, "n", Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
        {
            store.Save("1001", [Binding("sip:old@192.0.2.1", 60)]);
            store.Save("1001", [Binding("sip:a@192.0.2.1", 60), Binding("sip:b@192.0.2.1", 10)]);
            store.Save("ghost", [Binding("sip:c@192.0.2.1", 60) with { User = "ghost" }]);
        }
        await test.ReopenAsync();
        await using var reopened = new RegistrationStore(test.Database, "n", Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Equal([Binding("sip:a@192.0.2.1", 60)], await reopened.LoadAsync(s_now.AddSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_binding_that_the_database_refuses_does_not_keep_the_others_from_being_saved()
    {
        await using TestDatabase test = await TestDatabase.CreateAsync(DatabaseEngine.PostgreSql, cluster);
        await test.Database.WriteAsync(session =>
        {
            foreach (string name in (string[])["1001", "1002"]) UserStore.Save(session, User.WithPassword(name, name, "tandem", "pw"), s_now);
            return 0;
        }, TestContext.Current.CancellationToken);
        await using var store = new RegistrationStore(test.Database, "n", Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        StoredBinding good = new("1002", "sip:b@192.0.2.2", null, 0, 1, "call", 1, s_now.AddSeconds(60), "udp 192.0.2.2:5060", null, null);
        store.Save("1001", [good with { User = "1001", ContactUri = "a NUL \0 that PostgreSQL takes nowhere" }]);
        store.Save("1002", [good]);
        await store.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal([good], await store.LoadAsync(s_now, TestContext.Current.CancellationToken));
    }
}
