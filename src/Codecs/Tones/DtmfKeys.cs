namespace Codecs.Tones;

/// <summary>The sixteen keys and their frequencies: ITU-T Q.23.</summary>
public static class DtmfKeys
{
    private const string Keys = "123A456B789C*0#D";

    private static readonly double[] s_low = [697, 770, 852, 941];
    private static readonly double[] s_high = [1209, 1336, 1477, 1633];

    /// <summary>The four rows.</summary>
    public static ReadOnlySpan<double> LowHz => s_low;

    /// <summary>The four columns.</summary>
    public static ReadOnlySpan<double> HighHz => s_high;

    /// <param name="row">0–3.</param>
    /// <param name="column">0–3.</param>
    public static char Key(int row, int column) => Keys[4 * row + column];

    public static bool TryFrequencies(char key, out double lowHz, out double highHz)
    {
        int index = Keys.IndexOf(char.ToUpperInvariant(key), StringComparison.Ordinal);
        (lowHz, highHz) = index < 0 ? (0, 0) : (s_low[index / 4], s_high[index % 4]);
        return index >= 0;
    }
}
