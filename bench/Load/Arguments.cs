using System.Globalization;

namespace Load;

/// <summary>A command line of <c>--name value</c> pairs.</summary>
internal sealed class Arguments(string[] args)
{
    /// <summary>Values of <c>--set</c>, in order.</summary>
    public IReadOnlyList<string> Settings => [.. args.Index().Where(arg => arg.Index > 0 && args[arg.Index - 1] == "--set").Select(arg => arg.Item)];

    /// <summary>The appliance to load: <c>--tandem</c>, else this checkout's.</summary>
    public string TandemBinary => Text("--tandem", Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Appliance/bin/Release/net10.0/tandem")));

    public bool Has(string name) => args.Contains(name);

    public string Text(string name, string fallback) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : fallback;

    public int Number(string name, int fallback) => int.Parse(Text(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
