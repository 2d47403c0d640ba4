using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Tandem.Tts.Phonemes;

/// <summary>Phonemes of clauses in one language, from an <c>espeak-ng</c> kept running.</summary>
/// <remarks>
/// Thread-safe: one question at a time, at most <see cref="MaxWaiting"/> threads waiting. Calls block, so they belong on the
/// speech threads. A child that is late or dies is replaced and the question asked once more, with more time: a busy host
/// is not a broken one.
/// </remarks>
internal sealed partial class EspeakPhonemizer(string language, TimeSpan limit, ILogger log, string program = EspeakPhonemizer.DefaultProgram) : IDisposable
{
    public const string DefaultProgram = "espeak-ng";
    public const int MaxWaiting = 64;

    /// <summary>Time for one clause before the child is replaced (1 to 2 ms is usual).</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan SecondLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _turn = new();
    private EspeakChild? _child;
    private int _waiting;
    private bool _disposed;

    public string Language => language;

    /// <summary>Times that a child was late or died, since the start.</summary>
    public int Restarts { get; private set; }

    /// <summary>IPA phonemes of a clause, without its punctuation mark; empty when there is nothing to say in it.</summary>
    /// <exception cref="SpeechException">espeak-ng is missing or fails twice, or too many threads wait.</exception>
    public string Phonemize(string clause)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new SpeechException(SpeechFailure.Busy, "Too many texts wait for espeak-ng.");
        }
        try
        {
            lock (_turn)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                var phonemes = new StringBuilder();
                foreach (string line in EspeakText.Lines(clause))
                {
                    string answer = Ask(line);
                    if (answer.Length > 0) phonemes.Append(phonemes.Length > 0 ? " " : "").Append(answer);
                }
                return LanguageSwitch().Replace(phonemes.ToString(), "");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _disposed = true;
            _child?.Dispose();
            _child = null;
        }
    }

    private string Ask(string line)
    {
        TimeSpan patience = limit;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            _child ??= EspeakChild.Start(program, language);
            if (_child.Ask(line, patience) is { } answer) return answer;
            _child.Dispose();
            _child = null;
            Restarts++;
            LogRestart(log, language, patience.TotalMilliseconds);
            if (patience < SecondLimit) patience = SecondLimit;
        }
        throw new SpeechException(SpeechFailure.Unavailable, $"espeak-ng does not answer for the language '{language}'.");
    }

    /// <summary><c>(en)</c>: espeak-ng names the language of a foreign word inside the phonemes.</summary>
    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex LanguageSwitch();

    [LoggerMessage(Level = LogLevel.Warning, Message = "espeak-ng ({Language}) gave no answer within {Limit} ms or ended; it is started again")]
    private static partial void LogRestart(ILogger logger, string language, double limit);
}
