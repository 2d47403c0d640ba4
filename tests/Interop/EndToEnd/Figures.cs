using System.Globalization;

namespace Interop.EndToEnd;

/// <summary>Measured values, for test.sh to print: no test passes or fails by being written here.</summary>
internal static class Figures
{
    public static void Write(FormattableString line)
    {
        string text = line.ToString(CultureInfo.InvariantCulture);
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable("TANDEM_FIGURES") is { Length: > 0 } file) File.AppendAllText(file, text + "\n");
    }
}
