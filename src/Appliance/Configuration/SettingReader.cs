using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Storage;

namespace Tandem.Configuration;

/// <summary>Turns a written value into what the key's property takes, or says what is allowed.</summary>
internal static class SettingReader
{
    private delegate bool Parser<T>(string text, out T value);

    /// <summary>The values that a key takes, for messages and for the documented file.</summary>
    public static string Allowed(SettingKey key)
    {
        SettingAttribute setting = key.Setting;
        if (setting.Choices.Length > 0) return "one of " + setting.Choices.Replace("|", ", ", StringComparison.Ordinal);
        if (key.Type == typeof(int) || key.Type == typeof(TimeSpan)) return $"whole numbers from {setting.Min} to {setting.Max}";
        if (key.Type == typeof(bool)) return "true or false";
        if (key.Type == typeof(IPAddress) || setting.IsAddress) return "an IPv4 or IPv6 address in quotes";
        if (key.Type == typeof(IReadOnlyList<IPAddress>)) return "a list of IPv4 and IPv6 addresses, each in quotes";
        if (key.Type == typeof(IReadOnlyList<IPNetwork>)) return "a list of networks like \"10.0.0.0/8\"";
        if (key.Type == typeof(IReadOnlyList<DnsServerAddress>)) return "a list of addresses like \"192.0.2.53\" or \"192.0.2.53:5353\"";
        if (key.Type == typeof(IReadOnlyList<MediaPortRange>)) return "a list of port ranges like \"16384-32767\" or \"10.0.0.0/8 16384-20479\", ports from 1024";
        if (key.Type == typeof(IReadOnlyList<NgInterface>)) return "a list of interfaces like \"internal/10.0.0.1\" or \"external/10.0.0.2!203.0.113.8\"";
        if (key.Type == typeof(IReadOnlyList<WebOrigin>)) return "a list of origins like \"https://intranet.example.com\", or [\"*\"]";
        if (key.Type == typeof(IReadOnlyList<CallingCode>)) return "a list of calling codes like \"34\", or [\"*\"]";
        if (key.Type == typeof(IReadOnlyList<DailyWindow>)) return "a list of times like \"22:00-06:00\"";
        if (key.Type == typeof(IReadOnlyList<CodecName>)) return $"a list of some of {CodecName.Known}, each in quotes and once";
        if (setting.IsDigits) return "up to 8 digits in quotes, or \"\"";
        if (key.FullName == "database.url") return "postgresql://user:password@host:port/database";
        return setting.IsPath ? "a path in quotes" : "text in quotes";
    }

    /// <returns>False where the key does not take this value.</returns>
    public static bool TryRead(SettingKey key, RawSetting raw, out object? value)
    {
        value = null;
        if (key.Type == typeof(IReadOnlyList<IPAddress>)) return TryList<IPAddress>(raw, IPAddress.TryParse!, out value);
        if (key.Type == typeof(IReadOnlyList<IPNetwork>)) return TryList<IPNetwork>(raw, IPNetwork.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<DnsServerAddress>)) return TryList<DnsServerAddress>(raw, DnsServerAddress.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<MediaPortRange>)) return TryList<MediaPortRange>(raw, MediaPortRange.TryParse, out value) && raw.Items.Count > 0;
        if (key.Type == typeof(IReadOnlyList<NgInterface>)) return TryList<NgInterface>(raw, NgInterface.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<WebOrigin>)) return TryList<WebOrigin>(raw, WebOrigin.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<CallingCode>)) return TryList<CallingCode>(raw, CallingCode.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<DailyWindow>)) return TryList<DailyWindow>(raw, DailyWindow.TryParse, out value);
        if (key.Type == typeof(IReadOnlyList<CodecName>))
            return raw.Kind is RawKind.Text or RawKind.Any && CodecName.TryParseList(string.Join(',', raw.Items), out IReadOnlyList<CodecName> codecs) && Is(codecs, out value);
        if (raw.IsList && raw.Kind != RawKind.Any) return false;
        string text = raw.Kind == RawKind.Any ? raw.Written : raw.Items[0];
        if (key.Type == typeof(int)) return TryNumber(key, raw, text, out int number) && Is(number, out value);
        if (key.Type == typeof(TimeSpan)) return TryNumber(key, raw, text, out int amount) && Is(InUnit(amount, key.Setting.Unit), out value);
        if (key.Type == typeof(bool)) return raw.Kind is RawKind.Truth or RawKind.Any && bool.TryParse(text, out bool truth) && Is(truth, out value);
        if (raw.Kind is not (RawKind.Text or RawKind.Any)) return false;
        if (key.Setting.IsDigits) return text.Length <= 8 && text.All(char.IsAsciiDigit) && Is(text, out value);
        if (text.Length == 0) return false;
        if (key.Setting.Choices.Length > 0 && !key.Setting.Choices.Split('|').Contains(text)) return false;
        if (key.Type == typeof(LogLevel)) return Enum.TryParse(text, ignoreCase: true, out LogLevel level) && Is(level, out value);
        if (key.Type == typeof(IPAddress)) return IPAddress.TryParse(text, out IPAddress? address) && Is(address, out value);
        if (key.Setting.IsAddress && !IPAddress.TryParse(text, out _)) return false;
        if (key.FullName == "database.url" && !PostgresUrl.IsValid(text)) return false;
        return Is(key.Setting.IsPath ? Path.GetFullPath(text, raw.BaseFolder) : text, out value);
    }

    private static bool TryNumber(SettingKey key, RawSetting raw, string text, out int number)
    {
        number = 0;
        return raw.Kind is RawKind.Number or RawKind.Any && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number >= key.Setting.Min && number <= key.Setting.Max;
    }

    private static bool TryList<T>(RawSetting raw, Parser<T> parse, out object? value)
    {
        List<T> items = [];
        value = items;
        if (raw.Kind is not (RawKind.Text or RawKind.Any) && raw.Items.Count > 0) return false;
        foreach (string text in raw.Items)
        {
            if (!parse(text, out T item)) return false;
            items.Add(item);
        }
        return true;
    }

    private static TimeSpan InUnit(int amount, string unit) => unit switch
    {
        "us" => TimeSpan.FromMicroseconds(amount),
        "ms" => TimeSpan.FromMilliseconds(amount),
        _ => TimeSpan.FromSeconds(amount),
    };

    private static bool Is(object? read, out object? value)
    {
        value = read;
        return true;
    }
}
