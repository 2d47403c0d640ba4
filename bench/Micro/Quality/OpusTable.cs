using System.Diagnostics;
using System.Globalization;
using Codecs.G711;
using Codecs.Opus;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Tts;

namespace Micro.Quality;

/// <summary>What each setting of Opus costs and how the speech of a call sounds through it: G.711 in, Opus at 8000 Hz, out again.</summary>
/// <remarks>Prints Markdown. Times are what each half second took at least in nine passes, so that what else the machine does shows little; the speech is the voice that ships.</remarks>
internal static class OpusTable
{
    private const int Frame = 160, Passes = 9, Block = 25, LossPercent = 5;

    private static readonly string[] s_sentences =
    [
        "Welcome to the service line of the northern water company, please listen carefully to the following choices.",
        "Your account balance is two hundred and forty six dollars and nineteen cents, due on the seventeenth of March.",
        "She had your dark suit in greasy wash water all year, and the quick brown fox jumps over the lazy dog.",
        "Press one for sales, two for support, three to hear your messages, or stay on the line for the next free agent.",
    ];

    private readonly record struct Setting(OpusApplication Application, bool Fec, int Complexity, int Kilobits);

    private readonly record struct Result(double EncodeMicroseconds, double DecodeMicroseconds, double Bytes, SpeechDistance Clean, SpeechDistance Lossy);

    public static int Run()
    {
        short[] speech = Speech();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{OpusLibrary.Version}; {speech.Length / 8000.0:F1} s of speech; distances of G.711 speech after Opus; {LossPercent} % of the packets lost at random"));
        Console.WriteLine();
        Console.WriteLine("| application | complexity | kbit/s | encode µs | decode µs | bytes | level dB | spectral dB | intelligibility | spectral, loss | intelligibility, loss |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach ((OpusApplication application, bool fec) in new[] { (OpusApplication.Voip, false), (OpusApplication.Voip, true), (OpusApplication.LowDelay, false) })
        {
            foreach (int complexity in new[] { 0, 2, 5, 8, 10 })
            {
                foreach (int kilobits in new[] { 12, 16, 20, 24, 32 })
                {
                    var setting = new Setting(application, fec, complexity, kilobits);
                    Print(setting, Measure(setting, speech));
                }
            }
        }

        return 0;
    }

    private static void Print(Setting setting, Result result) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {(setting.Application == OpusApplication.LowDelay ? "low-delay" : setting.Fec ? "VOIP, FEC" : "VOIP")} | {setting.Complexity} | {setting.Kilobits} | {result.EncodeMicroseconds:F1} | {result.DecodeMicroseconds:F1} | {result.Bytes:F0} | {result.Clean.LevelDb:F2} | {result.Clean.SpectralDb:F2} | {result.Clean.Intelligibility:F3} | {result.Lossy.SpectralDb:F2} | {result.Lossy.Intelligibility:F3} |"));

    private static Result Measure(Setting setting, short[] speech)
    {
        int frames = speech.Length / Frame;
        byte[] packets = new byte[frames * OpusEncoder.MaxPacketBytes];
        int[] lengths = new int[frames];
        short[] heard = new short[frames * Frame], lossy = new short[frames * Frame];
        double[] encode = Unmeasured(frames), decode = Unmeasured(frames);
        for (int pass = 0; pass < Passes; pass++)
        {
            using var encoder = new OpusEncoder(8000, 1, setting.Application)
            {
                Complexity = setting.Complexity,
                BitrateBps = setting.Kilobits * 1000,
                InbandFec = setting.Fec,
                ExpectedLossPercent = setting.Fec ? LossPercent : 0,
                Signal = OpusSignal.Voice,
            };
            using var decoder = new OpusDecoder(8000, 1);
            for (int from = 0; from < frames; from += Block)
            {
                int to = Math.Min(frames, from + Block);
                long start = Stopwatch.GetTimestamp();
                for (int i = from; i < to; i++)
                    lengths[i] = encoder.Encode(speech.AsSpan(i * Frame, Frame), packets.AsSpan(i * OpusEncoder.MaxPacketBytes, OpusEncoder.MaxPacketBytes));
                long middle = Stopwatch.GetTimestamp();
                for (int i = from; i < to; i++) decoder.Decode(Packet(i), heard.AsSpan(i * Frame, Frame));
                long end = Stopwatch.GetTimestamp();
                encode[from / Block] = Math.Min(encode[from / Block], Stopwatch.GetElapsedTime(start, middle).TotalMicroseconds);
                decode[from / Block] = Math.Min(decode[from / Block], Stopwatch.GetElapsedTime(middle, end).TotalMicroseconds);
            }
        }

        var random = new Random(5);
        using var losing = new OpusDecoder(8000, 1);
        bool[] lost = new bool[frames + 1];
        for (int i = 10; i < frames; i++) lost[i] = random.Next(100) < LossPercent;
        for (int i = 0; i < frames; i++)
        {
            Span<short> target = lossy.AsSpan(i * Frame, Frame);
            if (!lost[i]) losing.Decode(Packet(i), target);
            else if (setting.Fec && i + 1 < frames && !lost[i + 1]) losing.DecodeFec(Packet(i + 1), target);
            else losing.Conceal(target);
        }

        return new Result(encode.Sum() / frames, decode.Sum() / frames, (double)lengths.Sum() / frames, SpeechDistance.Between(speech, heard), SpeechDistance.Between(speech, lossy));

        ReadOnlySpan<byte> Packet(int i) => packets.AsSpan(i * OpusEncoder.MaxPacketBytes, lengths[i]);
    }

    private static double[] Unmeasured(int frames)
    {
        double[] least = new double[(frames + Block - 1) / Block];
        Array.Fill(least, double.MaxValue);
        return least;
    }

    /// <summary>As a caller hears a menu: the voice that ships, over G.711.</summary>
    public static short[] Speech()
    {
        string folder = Directory.CreateTempSubdirectory("tandem-opus-").FullName;
        try
        {
            using SpeechService service = SpeechService.Start(new SpeechOptions { CacheFolder = folder }, NullLoggerFactory.Instance);
            service.Ready.GetAwaiter().GetResult();
            var library = new PromptLibrary(service, limitBytes: 0);
            var pcm = new List<short>();
            foreach (string sentence in s_sentences)
            {
                foreach (Prompt prompt in library.SayAsync(sentence).ToBlockingEnumerable()) pcm.AddRange(prompt.Pcm.Span);
                pcm.AddRange(new short[3200]);
            }

            byte[] octets = new byte[pcm.Count / Frame * Frame];
            short[] speech = new short[octets.Length];
            G711.EncodeMuLaw([.. pcm[..octets.Length]], octets);
            G711.DecodeMuLaw(octets, speech);
            return speech;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
