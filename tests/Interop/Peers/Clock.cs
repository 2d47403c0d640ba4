using Xunit;

namespace Interop.Peers;

/// <summary>Calls take real time: what a test does while two phones talk is to wait, here and nowhere else.</summary>
public static class Clock
{
    public static Task SecondsAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    /// <summary>Asks until the answer is yes; throws with <paramref name="what"/> when the limit has passed.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, double seconds, Func<string> what)
    {
        long deadline = Environment.TickCount64 + (long)(seconds * 1000);
        while (!await condition())
        {
            if (Environment.TickCount64 > deadline) throw new TimeoutException($"not within {seconds} s: {what()}");
            await SecondsAsync(0.05);
        }
    }
}
