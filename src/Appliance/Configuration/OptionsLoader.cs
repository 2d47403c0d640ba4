using System.Net;

namespace Tandem.Configuration;

/// <summary>Makes the options from the file, then from <c>--set</c> and <c>--data</c>; every fault is reported, not only the first.</summary>
public static class OptionsLoader
{
    /// <summary>The name of the settings file.</summary>
    public const string FileName = "tandem.toml";

    /// <summary>The file that a command without <c>--config</c> reads: beside the data, here, or in /etc; null: none, defaults apply.</summary>
    public static string? FindFile(string? dataFolder)
    {
        string?[] places = [dataFolder is null ? null : Path.Combine(dataFolder, FileName), FileName, Path.Combine("/etc/tandem", FileName)];
        return places.FirstOrDefault(File.Exists);
    }

    /// <param name="configFile">The file to read; null: the one that <see cref="FindFile"/> finds, if any.</param>
    /// <param name="dataFolder">Overrides <c>data.folder</c>.</param>
    /// <param name="sets">Each <c>section.key=value</c>; lists are separated by commas.</param>
    /// <exception cref="SettingsException">Something is wrong; the message names file, line and what is allowed.</exception>
    public static TandemOptions Load(string? configFile, string? dataFolder, IEnumerable<string> sets)
    {
        List<string> errors = [];
        var options = new TandemOptions();
        Dictionary<string, string> places = new(StringComparer.Ordinal);    // key → where it was set
        if ((configFile ?? FindFile(dataFolder)) is { } file)
            foreach ((string key, int line, RawSetting value) in TomlSettings.Read(ReadFile(file), file, errors))
                Apply(options, key, value, $"{file}:{line}", places, errors);
        foreach (string set in sets)
        {
            int equals = set.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) errors.Add($"--set {set}: write section.key=value, for example --set sip.udp_port=5080");
            else Apply(options, set[..equals].Trim(), TomlSettings.FromCommandLine(set[(equals + 1)..].Trim()), $"--set {set[..equals]}", places, errors);
        }
        if (errors.Count == 0) CheckTogether(options, places, errors);
        if (errors.Count > 0)
            throw new SettingsException(string.Join(Environment.NewLine, errors), "Correct the settings; 'tandem init --print' shows every key with its default.");
        return options.WithDataFolder(Path.GetFullPath(dataFolder ?? options.Data.Folder));
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The settings file {file} cannot be read: {error.Message.TrimEnd('.')}.",
                "Give the right file with --config FILE, or write a new one with 'tandem init'.", error);
        }
    }

    private static void Apply(TandemOptions options, string name, RawSetting raw, string place, Dictionary<string, string> places, List<string> errors)
    {
        if (SettingKey.Find(name) is not { } key)
        {
            string hint = SettingKey.Nearest(name) is { } near ? $"did you mean {near.FullName}?" : KnownIn(name);
            errors.Add($"{place}: unknown key {name}; {hint}");
            return;
        }
        if (!SettingReader.TryRead(key, raw, out object? value))
        {
            string written = key.Setting.IsSecret ? "" : $" = {raw.Written}";
            errors.Add($"{place}: {name}{written} is not valid; allowed: {SettingReader.Allowed(key)}");
            return;
        }
        key.Set(options, value);
        places[name] = place;
    }

    private static string KnownIn(string name)
    {
        string section = name.Split('.')[0];
        string[] keys = [.. SettingKey.All.Where(key => key.Section == section).Select(key => key.Setting.Name)];
        return keys.Length > 0
            ? $"keys of [{section}]: {string.Join(", ", keys)}"
            : $"sections: {string.Join(", ", SettingKey.All.Select(key => key.Section).Distinct())}";
    }

    /// <summary>Rules that more than one value takes part in.</summary>
    private static void CheckTogether(TandemOptions options, Dictionary<string, string> places, List<string> errors)
    {
        if (options.Sip.MinExpires > options.Sip.MaxExpires)
            Fail("sip.min_expires", $"must not be more than sip.max_expires ({options.Sip.MaxExpires.TotalSeconds:0})");
        if (options.Sip.SessionExpires > TimeSpan.Zero && options.Sip.SessionExpires < options.Sip.MinSessionExpires)
            Fail("sip.session_expires", $"0, or at least sip.min_session_expires ({options.Sip.MinSessionExpires.TotalSeconds:0})");
        if (options.Sip.TlsCertificate is null != options.Sip.TlsKey is null)
            Fail(options.Sip.TlsKey is null ? "sip.tls_certificate" : "sip.tls_key", "sip.tls_certificate and sip.tls_key go together");
        if (options.Sip.Addresses.Count == 0) Fail("sip.addresses", "at least one address is needed");
        CheckFamilies("sip.external_ip", options.Sip.ExternalIp);
        CheckFamilies("media.external_ip", options.Media.ExternalIp);
        CheckShared(options.Media);
        if (options.Sip is { UdpPort: < 0, TcpPort: < 0, TlsPort: < 0 }) Fail("sip.udp_port", "at least one of UDP, TCP and TLS must be on");

        if (options.Fraud.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            Fail("fraud.time_zone", $"{zone} is no time zone that this host knows; write it like \"Europe/Madrid\"");

        void CheckShared(MediaOptions media)
        {
            if (media.WebRtcPort == 0) return;
            int last = media.WebRtcPort + (media.Loops > 0 ? media.Loops : Environment.ProcessorCount) - 1;
            if (media.WebRtcPort < 1024 || last > ushort.MaxValue) Fail("media.webrtc_port", "0, or at least 1024 and with one port for each media thread below 65536");
            else if (media.Ports.Any(range => media.WebRtcPort <= range.Last && last >= range.First)) Fail("media.webrtc_port", "must lie outside media.ports");
        }

        void CheckFamilies(string key, IReadOnlyList<IPAddress> addresses)
        {
            if (addresses.CountBy(address => address.AddressFamily).Any(family => family.Value > 1)) Fail(key, "at most one IPv4 and one IPv6 address");
        }

        void Fail(string key, string rule) => errors.Add($"{places.GetValueOrDefault(key, "settings")}: {key}: {rule}");
    }
}
