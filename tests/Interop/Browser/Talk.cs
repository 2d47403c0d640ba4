using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>One ear of a call: what it hears, and what is said to it.</summary>
/// <param name="HeardAsync">All that it has heard so far.</param>
/// <param name="Said">What the other party says.</param>
/// <param name="Who">For reports.</param>
public sealed record Talk(Func<Task<Sound>> HeardAsync, Sound Said, string Who)
{
    private const int Seconds = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Two parties talk until each has heard four seconds in a row of what the other says, every second of them near enough. A host that stalls
    /// makes holes that are no party's fault: they get the time for four seconds without one.
    /// </summary>
    public static async Task UntilHeardAsync(params Talk[] ears)
    {
        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        await Clock.SecondsAsync(Seconds + 0.5);
        foreach (Talk ear in ears)
        {
            while (await ear.LastAsync() is var last)
            {
                bool heard = last.Count == Seconds && last.Max() <= SpectralDistance.Limit;
                if (heard || Environment.TickCount64 > deadline) Figures.Write($"heard by {ear.Who}: distance {SpectralDistance.Text(last)} dB");
                if (heard) break;
                Assert.True(Environment.TickCount64 <= deadline, $"{ear.Who} never heard {Seconds} good seconds in a row; the last: {SpectralDistance.Text(last)} dB");
                await Clock.SecondsAsync(0.5);
            }
        }
    }

    private async Task<IReadOnlyList<double>> LastAsync()
    {
        Sound last = (await HeardAsync()).Last(TimeSpan.FromSeconds(Seconds + 0.3));
        return SpectralDistance.PerSecond(last.Slice(TimeSpan.Zero, TimeSpan.FromSeconds(Seconds)), Said);
    }
}
