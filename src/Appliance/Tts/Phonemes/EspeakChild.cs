using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Tts.Phonemes;

/// <summary>One running <c>espeak-ng</c>: a line of text in, its phonemes out.</summary>
/// <remarks>
/// Not thread-safe: its owner asks one question at a time. A line can come back as several, and as none, so a sentinel line
/// follows each question and the answer ends where the sentinel's own phonemes arrive. The sentinel is two random numbers,
/// which no text can know beforehand.
/// </remarks>
internal sealed class EspeakChild : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly Stream _input;
    private readonly StreamReader _output;
    private readonly Timer _watchdog;
    private readonly byte[] _sentinel;
    private readonly string _sentinelPhonemes;
    private volatile bool _late;

    private EspeakChild(Process process)
    {
        _process = process;
        _input = process.StandardInput.BaseStream;
        _output = process.StandardOutput;
        _watchdog = new Timer(static state => ((EspeakChild)state!).OnLate(), this, Timeout.Infinite, Timeout.Infinite);
        _sentinel = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{RandomNumberGenerator.GetInt32(1000, 10_000)} {RandomNumberGenerator.GetInt32(1000, 10_000)}\n"));
        _sentinelPhonemes = LearnSentinel();
    }

    /// <summary>Starts the program for one language and learns the sentinel's phonemes.</summary>
    /// <exception cref="SpeechException">The program is missing, does not know the language, or does not answer.</exception>
    public static EspeakChild Start(string program, string language)
    {
        var start = new ProcessStartInfo(program, ["-q", "--ipa", "-b", "1", "-v", language])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        Process process = Launch(start);
        try
        {
            process.ErrorDataReceived += static (_, _) => { };    // drained, so that a full pipe never stops the child
            process.BeginErrorReadLine();
            return new EspeakChild(process);
        }
        catch (IOException failure)
        {
            Kill(process);
            throw new SpeechException(SpeechFailure.Unavailable,
                $"'{program} -v {language}' does not answer: is the language right and the package espeak-ng-data installed? ({failure.Message})", failure);
        }
    }

    /// <summary>Phonemes of one clause, lines joined by a space; a null means that the child was late or died and must go.</summary>
    /// <param name="clause">Text without control characters, at most <see cref="EspeakText.MaxLineBytes"/> bytes of UTF-8.</param>
    public string? Ask(string clause, TimeSpan limit)
    {
        try
        {
            _watchdog.Change(limit, Timeout.InfiniteTimeSpan);
            Write(clause);
            var answer = new StringBuilder();
            while (true)
            {
                string? line = _output.ReadLine();
                if (line is null) return null;
                if (line == _sentinelPhonemes) break;
                if (line.Length > 0) answer.Append(answer.Length > 0 ? " " : "").Append(line);
            }
            _watchdog.Change(Timeout.Infinite, Timeout.Infinite);
            return _late ? null : answer.ToString();
        }
        catch (IOException)    // the pipe broke: the child has died
        {
            return null;
        }
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        Kill(_process);
    }

    private void Write(string clause)
    {
        byte[] line = new byte[Encoding.UTF8.GetByteCount(clause) + 1 + _sentinel.Length];
        int length = Encoding.UTF8.GetBytes(clause, line);
        line[length] = (byte)'\n';
        _sentinel.CopyTo(line, length + 1);
        _input.Write(line);
        _input.Flush();
    }

    private string LearnSentinel()
    {
        _watchdog.Change(StartLimit, Timeout.InfiniteTimeSpan);
        _input.Write(_sentinel);
        _input.Write(_sentinel);
        _input.Flush();
        string? first = _output.ReadLine(), second = _output.ReadLine();
        _watchdog.Change(Timeout.Infinite, Timeout.Infinite);
        return !string.IsNullOrWhiteSpace(first) && first == second
            ? first
            : throw new IOException("the two lines that it was sent gave no two equal answers");
    }

    /// <summary>Ends the wait: a blocked read returns end of file once the child is gone.</summary>
    private void OnLate()
    {
        _late = true;
        KillOnly(_process);
    }

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new Win32Exception("no process was started");
        }
        catch (Win32Exception failure)
        {
            throw Missing(start.FileName, failure);
        }
    }

    /// <summary>The program is not there, and what to do about it.</summary>
    public static SpeechException Missing(string program, Win32Exception failure) => new(SpeechFailure.Unavailable,
        $"The program '{program}' cannot be started, so nothing can be spoken: install the Debian package espeak-ng. ({failure.Message})", failure);

    private static void Kill(Process process)
    {
        KillOnly(process);
        process.Dispose();
    }

    private static void KillOnly(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already, which is what was wanted.
        }
    }
}
