namespace Load.Media;

/// <summary>Times in microseconds, exact up to a tenth of a second.</summary>
internal sealed class Histogram
{
    private readonly int[] _counts = new int[100_001];

    public long Count { get; private set; }

    public void Add(long nanoseconds)
    {
        _counts[(int)Math.Clamp(nanoseconds / 1000, 0, _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>In milliseconds; NaN without values.</summary>
    public double At(double share)
    {
        if (Count == 0) return double.NaN;
        long left = (long)(Count * share);
        for (int i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left < 0) return i / 1000.0;
        }
        return (_counts.Length - 1) / 1000.0;
    }
}
