using System.Reflection;

namespace Tandem.Configuration;

/// <summary>One key of <c>tandem.toml</c>: where it stands in the records, what it says of itself, its default.</summary>
public sealed class SettingKey
{
    private readonly PropertyInfo _section;
    private readonly PropertyInfo _property;

    private SettingKey(PropertyInfo section, PropertyInfo property, SettingAttribute setting)
    {
        _section = section;
        _property = property;
        Setting = setting;
        Section = section.Name.ToLowerInvariant();
        Default = property.GetValue(section.GetValue(new TandemOptions()));
    }

    /// <summary>Every key, in the order of the records: the one table behind file, documentation, defaults and checks.</summary>
    public static IReadOnlyList<SettingKey> All { get; } =
    [
        .. from section in typeof(TandemOptions).GetProperties()
           from property in section.PropertyType.GetProperties()
           let setting = property.GetCustomAttribute<SettingAttribute>()
           where setting is not null
           select new SettingKey(section, property, setting),
    ];

    public SettingAttribute Setting { get; }

    public string Section { get; }

    /// <summary>Section and key: <c>sip.udp_port</c>.</summary>
    public string FullName => $"{Section}.{Setting.Name}";

    public object? Default { get; }

    /// <summary>The type of the property, without its nullability.</summary>
    public Type Type => Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType;

    public static SettingKey? Find(string fullName) => All.FirstOrDefault(key => key.FullName == fullName);

    /// <summary>The key that a mistyped name most likely meant; null: none comes near.</summary>
    public static SettingKey? Nearest(string name)
    {
        string bare = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return All.FirstOrDefault(key => key.Setting.Name == bare)
            ?? All.Select(key => (Key: key, Distance: Math.Min(Distance(key.FullName, name), 1 + Distance(key.Setting.Name, bare))))
                .Where(candidate => candidate.Distance <= Math.Max(2, name.Length / 4))
                .OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Key).FirstOrDefault();
    }

    public object? Get(TandemOptions options) => _property.GetValue(_section.GetValue(options));

    /// <summary>Writes into a record that nobody else has seen yet.</summary>
    internal void Set(TandemOptions options, object? value) => _property.SetValue(_section.GetValue(options), value);

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
