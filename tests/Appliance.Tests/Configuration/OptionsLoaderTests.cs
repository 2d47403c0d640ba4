using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Configuration;
using Xunit;

namespace Tandem.Tests.Configuration;

public sealed class OptionsLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    private string ConfigFile => Path.Combine(_folder, "tandem.toml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_file_the_defaults_apply_and_the_data_folder_places_the_rest()
    {
        TandemOptions options = OptionsLoader.Load(null, _folder, []);
        Assert.Equal(5060, options.Sip.UdpPort);
        Assert.Equal(TimeSpan.FromMilliseconds(1), options.Media.Batch);
        Assert.Equal([new MediaPortRange(16384, 32767, null)], options.Media.Ports);
        Assert.Equal(Path.Combine(_folder, "tandem.db"), options.Database.File);
        Assert.Equal(Path.Combine(_folder, "tandem.sock"), options.Data.ControlSocket);
        Assert.Equal(Path.Combine(_folder, "cache"), options.Speech.CacheFolder);
    }

    [Fact]
    public void Codecs_are_a_list_in_order_and_Opus_has_keys_of_its_own()
    {
        TandemOptions options = OptionsLoader.Load(null, _folder, ["media.codecs=pcma,opus", "media.opus.complexity=9", "media.opus.application=lowdelay"]);
        Assert.Equal(["pcma", "opus"], options.Media.Codecs.Select(codec => codec.Name));
        Assert.Equal((9, "lowdelay"), (options.Media.OpusComplexity, options.Media.OpusApplication));
        Assert.Equal(["opus", "g722", "pcmu", "pcma"], new TandemOptions().Media.Codecs.Select(codec => codec.Name));
        foreach (string wrong in (string[])["media.codecs=opus,opus", "media.codecs=g729", "media.opus.complexity=11", "media.opus.application=talk"])
            Assert.Throws<SettingsException>(() => OptionsLoader.Load(null, _folder, [wrong]));
    }

    [Fact]
    public void A_file_sets_codecs_and_the_keys_of_Opus()
    {
        string file = Path.Combine(_folder, "codecs.toml");
        File.WriteAllText(file, "[media]\ncodecs = [\"l16\", \"pcmu\"]\nopus.bitrate = 32000\nopus.fec = false\n");
        TandemOptions options = OptionsLoader.Load(file, _folder, []);
        Assert.Equal(["l16", "pcmu"], options.Media.Codecs.Select(codec => codec.Name));
        Assert.Equal((32_000, false), (options.Media.OpusBitrate, options.Media.OpusFec));
    }

    [Fact]
    public void Values_of_every_kind_are_read()
    {
        TandemOptions options = Load("""
            calls.max = 5
            [sip]
            realm = "home"
            udp_port = 5080
            addresses = ["127.0.0.1", "::1"]
            external_ip = "203.0.113.7"
            local_networks = []
            t1_ms = 100
            tls_certificate = "tls/cert.pem"
            tls_key = "/etc/key.pem"
            [media]
            ports = ["20000-20999", "10.0.0.0/8 21000-21999"]
            [log]
            level = "warning"
            [database]
            url = "postgresql://u:p%40ss@[::1]:5433/db"
            """);
        Assert.Equal(("home", 5080, 5), (options.Sip.Realm, options.Sip.UdpPort, options.Calls.Max));
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], options.Sip.Addresses);
        Assert.Equal([IPAddress.Parse("203.0.113.7")], options.Sip.ExternalIp);
        Assert.Empty(options.Sip.LocalNetworks);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.Sip.T1);
        Assert.Equal(Path.Combine(_folder, "tls/cert.pem"), options.Sip.TlsCertificate);
        Assert.Equal(new MediaPortRange(21000, 21999, IPNetwork.Parse("10.0.0.0/8")), options.Media.Ports[1]);
        Assert.Equal(LogLevel.Warning, options.Log.Level);
        Assert.StartsWith("postgresql://u:", options.Database.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[sip]\n\nudp_prot = 5060", ":3: unknown key sip.udp_prot; did you mean sip.udp_port?")]
    [InlineData("udp_port = 5060", ":1: unknown key udp_port; did you mean sip.udp_port?")]
    [InlineData("[sip]\nzzzzzzzzzzzzzzzz = 1", ":2: unknown key sip.zzzzzzzzzzzzzzzz; keys of [sip]: udp_port,")]
    [InlineData("[nonsense]\nzzzzzzzzzzzzzzzz = 1", "sections: data, database, sip")]
    [InlineData("[sip]\nudp_port = 70000", ":2: sip.udp_port = 70000 is not valid; allowed: whole numbers from -1 to 65535")]
    [InlineData("[sip]\nudp_port = \"5060\"", "allowed: whole numbers")]
    [InlineData("[sip]\nudp_port = 50.5", "allowed: whole numbers")]
    [InlineData("[sip]\nrealm = 7", "allowed: text in quotes")]
    [InlineData("[sip]\naddresses = [\"localhost\"]", "allowed: a list of IPv4 and IPv6 addresses")]
    [InlineData("[sip]\naddresses = [1]", "allowed: a list of IPv4 and IPv6 addresses")]
    [InlineData("[log]\nlevel = \"loud\"", "one of trace, debug, information, warning, error, critical")]
    [InlineData("[media]\nports = [\"32767-16384\"]", "allowed: a list of port ranges")]
    [InlineData("[media]\nio = \"aio\"", ":2: media.io = \"aio\" is not valid; allowed: one of auto, io_uring, epoll")]
    [InlineData("[media]\nports = []", "allowed: a list of port ranges")]
    [InlineData("[sip]\nmin_expires = 600\nmax_expires = 60", ":2: sip.min_expires: must not be more than sip.max_expires (60)")]
    [InlineData("[sip]\ntls_key = \"k.pem\"", ":2: sip.tls_key: sip.tls_certificate and sip.tls_key go together")]
    [InlineData("[sip]\nexternal_ip = [\"1.2.3.4\", \"1.2.3.5\"]", ":2: sip.external_ip: at most one")]
    [InlineData("[sip]\nudp_port = ", "tandem.toml:2: ")]
    [InlineData("[sip]\nudp_port = 1\nudp_port = 2", "tandem.toml:3: ")]
    public void A_fault_names_file_line_and_what_is_allowed(string text, string expected)
    {
        SettingsException error = Assert.Throws<SettingsException>(() => Load(text));
        Assert.Contains(ConfigFile, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_reported_at_once()
    {
        SettingsException error = Assert.Throws<SettingsException>(() => Load("[sip]\nudp_port = 99999\ntcp_port = 99999\nfoo = 1"));
        Assert.Equal(3, error.Message.Split('\n').Length);
    }

    [Fact]
    public void A_bad_database_url_is_not_repeated_for_it_may_hold_a_password()
    {
        SettingsException error = Assert.Throws<SettingsException>(() => Load("[database]\nurl = \"mysql://u:geheim@h/d\""));
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed: postgresql://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_overrides_the_file()
    {
        File.WriteAllText(ConfigFile, "[sip]\nudp_port = 5080\ntcp_port = 5081\n[data]\nfolder = \"here\"");
        TandemOptions options = OptionsLoader.Load(ConfigFile, null, ["sip.udp_port=0", "sip.addresses=127.0.0.1, ::1", "sip.realm=a,b"]);
        Assert.Equal((0, 5081, "a,b"), (options.Sip.UdpPort, options.Sip.TcpPort, options.Sip.Realm));
        Assert.Equal(2, options.Sip.Addresses.Count);
        Assert.Equal(Path.Combine(_folder, "here"), options.Data.Folder);
        Assert.Equal("/elsewhere", OptionsLoader.Load(ConfigFile, "/elsewhere", []).Data.Folder);
    }

    [Fact]
    public void A_list_on_the_command_line_may_be_written_as_in_the_file()
    {
        TandemOptions options = OptionsLoader.Load(null, _folder, ["media.ports=[\"20000-20099\", \"10.0.0.0/8 21000-21099\"]", "sip.realm=\"a b\""]);
        Assert.Equal(2, options.Media.Ports.Count);
        Assert.Equal("a b", options.Sip.Realm);
    }

    [Theory]
    [InlineData("sip.udp_port", "write section.key=value")]
    [InlineData("sip.udp_prot=1", "did you mean sip.udp_port?")]
    [InlineData("sip.udp_port=abc", "--set sip.udp_port: sip.udp_port = abc is not valid; allowed: whole numbers from -1 to 65535")]
    public void A_bad_set_is_explained(string set, string expected) => Assert.Contains(expected,
        Assert.Throws<SettingsException>(() => OptionsLoader.Load(null, _folder, [set])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_documented_file_changes_nothing_as_written()
    {
        TandemOptions written = Load(OptionsFile.Text());
        foreach (SettingKey key in SettingKey.All.Where(key => key.FullName is not ("data.folder" or "speech.voices" or "recording.folder")))
            Assert.Equal(Show(key, key.Default), Show(key, key.Get(written)));
    }

    [Fact]
    public void Every_key_of_the_documented_file_is_taken_when_its_comment_sign_is_removed()
    {
        string text = string.Join('\n', OptionsFile.Text().Split('\n')
            .Select(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) ? line[1..] : line));
        TandemOptions options = Load(text);
        foreach (SettingKey key in SettingKey.All.Where(key => key.Setting.Example.Length == 0 && !key.Setting.IsPath))
            Assert.Equal(Show(key, key.Default), Show(key, key.Get(options)));
        Assert.All(SettingKey.All, key => Assert.Contains($"\n{key.Setting.Name} = ", text, StringComparison.Ordinal));
    }

    private static string Show(SettingKey key, object? value) => OptionsFile.ToToml(value, key.Setting.Unit);

    private TandemOptions Load(string text)
    {
        File.WriteAllText(ConfigFile, text);
        return OptionsLoader.Load(ConfigFile, null, []);
    }
}
