using Tandem.Media;
using Tandem.Tts;

namespace Tandem.Ng;

/// <summary>The <c>play media</c> and <c>stop media</c> commands: WAV files, read once and shared by all who hear them.</summary>
internal sealed class NgPlayback
{
    /// <summary>A longer file is refused: it would be held in memory.</summary>
    private const long MaxFileBytes = 64 << 20;

    private const int MaxPrompts = 256;

    private readonly Dictionary<string, (Prompt Prompt, DateTime Written)> _files = [];

    /// <returns>Null, or why not.</returns>
    public string? Play(NgCall call, NgRequest request, NgValue root, NgWriter reply)
    {
        Prompt? prompt;
        try
        {
            prompt = root["file"u8] is { Exists: true } file ? FromFile(file.Text)
                : root["blob"u8] is { Exists: true } blob ? new Prompt(CallAudio.FromWav(blob.Bytes, "blob"), "blob") : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SpeechException)
        {
            return $"the media cannot be played: {e.Message}";
        }
        if (prompt is null) return "file or blob is needed";
        long repeats = Math.Clamp(root["repeat-times"u8].Integer ?? 1, 1, 1000);
        int parties = 0;
        foreach (MediaLeg leg in Parties(call, request))
        {
            leg.StopPlayout();
            for (long i = 0; i < repeats; i++) leg.Play(prompt, playoutId: 0);
            parties++;
        }
        if (parties == 0) return "no such party in the call";
        reply.Pair("duration"u8, (long)prompt.Duration.TotalMilliseconds * repeats);
        reply.Pair("result"u8, "ok"u8);
        return null;
    }

    /// <returns>Null, or why not.</returns>
    public static string? Stop(NgCall call, NgRequest request, NgWriter reply)
    {
        foreach (MediaLeg leg in Parties(call, request)) leg.StopPlayout();
        reply.Pair("result"u8, "ok"u8);
        return null;
    }

    /// <summary>The legs towards those that a request names by tag or label, or all.</summary>
    private static IEnumerable<MediaLeg> Parties(NgCall call, NgRequest request)
    {
        foreach (NgDialogue dialogue in call.Dialogues)
        {
            for (int side = 0; side < 2; side++)
            {
                NgSide own = dialogue.Sides[side];
                if (!request.All && own.Tag != request.FromTag && (request.Label is null || own.Label != request.Label)) continue;
                foreach (NgStream stream in dialogue.Streams)
                {
                    if (stream.Ends[side] is { Leg: { } leg, Settings: not null }) yield return leg;
                }
            }
        }
    }

    private Prompt FromFile(string path)
    {
        DateTime written = File.GetLastWriteTimeUtc(path);
        if (_files.TryGetValue(path, out (Prompt Prompt, DateTime Written) known) && known.Written == written) return known.Prompt;
        if (new FileInfo(path).Length > MaxFileBytes) throw new IOException("the file is too long.");
        var prompt = new Prompt(CallAudio.FromWav(File.ReadAllBytes(path), path), path);
        if (_files.Count >= MaxPrompts) _files.Clear();
        _files[path] = (prompt, written);
        return prompt;
    }
}
