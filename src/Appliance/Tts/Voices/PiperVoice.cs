using Microsoft.ML.OnnxRuntime;

namespace Tandem.Tts.Voices;

/// <summary>A loaded Piper model: phoneme ids in, samples out.</summary>
/// <remarks>
/// Thread-safe. A run works on the calling thread alone (one intra-op thread, no spinning), so it has that thread's priority;
/// without a memory arena a long sentence's memory goes back when it ends.
/// </remarks>
internal sealed class PiperVoice : IDisposable
{
    private static readonly string[] Required = ["input", "input_lengths", "scales"];

    private readonly VoiceFile _file;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    private PiperVoice(VoiceFile file, InferenceSession session)
    {
        _file = file;
        _session = session;
        bool speakers = session.InputMetadata.ContainsKey("sid");
        _inputs = speakers ? [.. Required, "sid"] : Required;
        _outputs = session.OutputMetadata.ContainsKey("output") ? ["output"] : [session.OutputMetadata.Keys.First()];
    }

    /// <summary>Loads the model: 0.1 s for the small voice, 2 s for a published one.</summary>
    /// <exception cref="SpeechException">The file is no model, or not one that takes what Piper voices take.</exception>
    public static PiperVoice Load(VoiceFile file)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableCpuMemArena = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        try
        {
            var session = new InferenceSession(file.ModelPath, options);
            string[] missing = [.. Required.Where(name => !session.InputMetadata.ContainsKey(name))];
            if (missing.Length == 0) return new PiperVoice(file, session);
            session.Dispose();
            throw new SpeechException(SpeechFailure.Unavailable, $"'{file.ModelPath}' is no Piper voice: it lacks the input {string.Join(", ", missing)}.");
        }
        catch (OnnxRuntimeException failure)
        {
            throw new SpeechException(SpeechFailure.Unavailable, $"The voice '{file.ModelPath}' cannot be loaded: {failure.Message}", failure);
        }
    }

    /// <summary>Runs one sentence.</summary>
    /// <param name="ids">Its phoneme ids; not empty.</param>
    /// <param name="speed">1 is the voice's own, 2 twice as fast.</param>
    /// <param name="speaker">Ignored by a model with one speaker.</param>
    /// <returns>16-bit mono samples at the config's rate, scaled to full range.</returns>
    /// <exception cref="SpeechException">The model refuses the ids.</exception>
    public short[] Speak(long[] ids, double speed, int speaker)
    {
        VoiceConfig config = _file.Config;
        long[] length = [ids.Length], sid = [speaker];
        float[] scales = [config.NoiseScale, (float)(config.LengthScale / speed), config.NoiseW];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using OrtValue lengths = OrtValue.CreateTensorValueFromMemory(length, [1]);
        using OrtValue scale = OrtValue.CreateTensorValueFromMemory(scales, [3]);
        using OrtValue speakers = OrtValue.CreateTensorValueFromMemory(sid, [1]);
        OrtValue[] inputs = _inputs.Length == 4 ? [input, lengths, scale, speakers] : [input, lengths, scale];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> result = _session.Run(_run, _inputs, inputs, _outputs);
            return SampleScaling.ToPcm16(result[0].GetTensorDataAsSpan<float>());    // the whole buffer, whatever its rank
        }
        catch (OnnxRuntimeException failure)
        {
            throw new SpeechException(SpeechFailure.Unavailable, $"The voice '{_file.Name}' failed on a sentence: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }
}
