using System.Globalization;
using Codecs.Opus;

namespace Micro.Quality;

/// <summary>The adaptive jitter buffer beside fixed ones, and Opus with redundancy beside Opus without, on networks of simulated time.</summary>
/// <remarks>Prints Markdown; the same at every run.</remarks>
internal static class PlayoutTable
{
    public static int Run()
    {
        Console.WriteLine("Mean delay ms / late lost % / concealed %\n");
        Console.WriteLine("| network | adaptive | fixed 40 ms | fixed 60 ms | fixed 100 ms | fixed, the adaptive one's mean delay | stretched % |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (NetworkTrace trace in NetworkTrace.All)
        {
            PlayoutOutcome adaptive = PlayoutSimulation.Adaptive(trace);
            PlayoutOutcome[] fixedOnes = [.. new double[] { 40, 60, 100 }.Select(delay => PlayoutSimulation.Fixed(trace, delay)), PlayoutSimulation.FixedOfMean(trace, adaptive.DelayMs)];
            Console.WriteLine($"| {trace.Name} | {Text(adaptive)} | {string.Join(" | ", fixedOnes.Select(Text))} | {(adaptive.Scaled * 100).ToString("F2", CultureInfo.InvariantCulture)} |");
        }

        Console.WriteLine("\nIntelligibility, spectral dB\n");
        Console.WriteLine("| packets lost | low-delay | VOIP without redundancy | VOIP with redundancy |");
        Console.WriteLine("| --- | --- | --- | --- |");
        short[] speech = OpusTable.Speech();
        foreach (int percent in new[] { 0, 1, 5, 10 })
        {
            foreach (bool bursts in percent == 0 ? new[] { false } : [false, true])
            {
                bool[] lost = bursts ? LossPattern.Bursts(speech.Length / 160, percent, seed: 2) : LossPattern.Single(speech.Length / 160, percent, seed: 2);
                Console.WriteLine($"| {percent} %{(bursts ? " in bursts of two in the mean" : "")} | {Text(LossSimulation.Hear(speech, lost, OpusApplication.LowDelay, 0))} | "
                    + $"{Text(LossSimulation.Hear(speech, lost, OpusApplication.Voip, 0))} | {Text(LossSimulation.Hear(speech, lost, OpusApplication.Voip, Math.Max(5, percent)))} |");
            }
        }

        return 0;
    }

    private static string Text(SpeechDistance heard) => string.Create(CultureInfo.InvariantCulture, $"{heard.Intelligibility:F3}, {heard.SpectralDb:F2}");

    private static string Text(PlayoutOutcome outcome) => string.Create(CultureInfo.InvariantCulture, $"{outcome.DelayMs:F0} / {outcome.LateLost * 100:F2} / {outcome.Concealed * 100:F2}");
}
