using Tandem.Media;

namespace Tandem.Tts;

/// <summary>Prompts by key, bounded by the bytes of their samples: the least recently used go first.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PromptMemory(long limitBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, Prompt Prompt)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, Prompt Prompt)> _byUse = [];    // the last used first
    private long _bytes;

    public (int Prompts, long Bytes) Use
    {
        get { lock (_lock) return (_byKey.Count, _bytes); }
    }

    public Prompt? Find(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out LinkedListNode<(string Key, Prompt Prompt)>? node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Prompt;
        }
    }

    /// <summary>Keeps a prompt, unless another was faster: all callers get the same one. A prompt beyond the whole limit is not kept.</summary>
    public Prompt Add(string key, Prompt prompt)
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out LinkedListNode<(string Key, Prompt Prompt)>? known)) return known.Value.Prompt;
            _byKey[key] = _byUse.AddFirst((key, prompt));
            _bytes += BytesOf(prompt);
            while (_bytes > limitBytes && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _byKey.Remove(oldest.Value.Key);
                _bytes -= BytesOf(oldest.Value.Prompt);
            }
            return prompt;
        }
    }

    private static long BytesOf(Prompt prompt) => 2L * prompt.Pcm.Length;
}
