using Interop.Peers;

namespace Interop.Audio;

/// <summary>Real speech for tests, rendered by espeak-ng when it is asked for and kept for the run.</summary>
public static class Speech
{
    private static readonly Dictionary<(string, string), Task<Sound>> Rendered = [];

    /// <summary>Speech without long pauses, two minutes of it, never saying the same thing twice.</summary>
    public static Task<Sound> TestSignalAsync(string voice) => RenderAsync(TestText(), voice);

    public static Task<Sound> RenderAsync(string text, string voice = "en-us")
    {
        lock (Rendered)
        {
            if (!Rendered.TryGetValue((text, voice), out Task<Sound>? sound)) Rendered[(text, voice)] = sound = SpeakAsync(text, voice);
            return sound;
        }
    }

    private static async Task<Sound> SpeakAsync(string text, string voice)
    {
        string path = Path.Combine(Path.GetTempPath(), $"tandem-{Guid.NewGuid():N}.wav");
        try
        {
            await ChildProcess.RunAsync("espeak-ng", ["-v", voice, "-w", path, text]);
            return await Sound.LoadAsync(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string TestText()
    {
        string[] animals = ["foxes", "otters", "badgers", "hedgehogs", "sparrows", "salmon", "beetles"];
        string[] actions = ["jumped over", "ran under", "looked behind", "slept beside", "danced around"];
        string[] things = ["lazy dogs", "garden walls", "wooden bridges", "railway wagons", "telephone poles", "winter apples"];
        return string.Join(' ', Enumerable.Range(20, 60).Select(n => $"{n} {animals[n % 7]} {actions[n % 5]} {things[n % 6]}"));
    }
}
