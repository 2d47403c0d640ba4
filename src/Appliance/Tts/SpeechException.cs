namespace Tandem.Tts;

/// <summary>Why a text was not spoken.</summary>
public enum SpeechFailure
{
    /// <summary>The text, the speed or another argument is out of range.</summary>
    BadRequest,

    /// <summary>No voice of that name; the message names those there are.</summary>
    UnknownVoice,

    /// <summary>The queue is full; the same request may succeed later.</summary>
    Busy,

    /// <summary>A program or file that speech needs is missing or broken; the message says what to do.</summary>
    Unavailable,
}

/// <summary>Speech could not be made. The message is fit to be shown to an operator.</summary>
public sealed class SpeechException(SpeechFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public SpeechFailure Failure { get; } = failure;
}
