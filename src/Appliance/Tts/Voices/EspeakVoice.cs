using System.Collections.Frozen;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Codecs.Wav;
using Tandem.Tts.Phonemes;

namespace Tandem.Tts.Voices;

/// <summary>espeak-ng's own formant voice: the last resort where no Piper voice speaks a language.</summary>
internal static class EspeakVoice
{
    /// <summary>The rate of its audio.</summary>
    public const int SampleRateHz = 22050;

    private const double WordsPerMinute = 165;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Speaks one sentence through a child process of its own. Blocks.</summary>
    /// <exception cref="SpeechException">espeak-ng is missing, fails or takes longer than 10 s.</exception>
    public static short[] Speak(string sentence, string language, double speed, string program = EspeakPhonemizer.DefaultProgram)
    {
        string words = ((int)Math.Round(WordsPerMinute * speed)).ToString(CultureInfo.InvariantCulture);
        byte[] wav = Run(program, ["--stdin", "--stdout", "-b", "1", "-v", language, "-s", words], string.Join('\n', EspeakText.Lines(sentence)));
        if (!WavFile.TryRead(wav, out WavInfo info) || info.RateHz != SampleRateHz || !info.IsDecodable)
            throw new SpeechException(SpeechFailure.Unavailable, $"espeak-ng made no audio for the language '{language}'.");
        short[] pcm = new short[info.Samples];
        WavFile.DecodeMono(wav, info, pcm);
        return pcm;
    }

    /// <summary>The languages it speaks, such as <c>en-us</c>; empty when the program is missing.</summary>
    public static IReadOnlySet<string> Languages(string program = EspeakPhonemizer.DefaultProgram)
    {
        try
        {
            string list = Encoding.UTF8.GetString(Run(program, ["--voices"], ""));
            return list.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => columns.Length >= 2).Select(columns => columns[1]).ToFrozenSet(StringComparer.Ordinal);
        }
        catch (SpeechException)    // without the program there are none; who asks for one is told of unknown voices
        {
            return FrozenSet<string>.Empty;
        }
    }

    private static byte[] Run(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start) ?? throw new Win32Exception("no process was started");
            using var watchdog = new Timer(static state => ((Process)state!).Kill(), process, Limit, Timeout.InfiniteTimeSpan);
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
            process.StandardInput.Close();
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            return process.ExitCode == 0 ? output.ToArray()
                : throw new SpeechException(SpeechFailure.Unavailable, $"'{program} {string.Join(' ', arguments)}' failed.");
        }
        catch (Win32Exception failure)
        {
            throw EspeakChild.Missing(program, failure);
        }
        catch (IOException failure)
        {
            throw new SpeechException(SpeechFailure.Unavailable, $"'{program}' ended before it had read its text.", failure);
        }
    }
}
