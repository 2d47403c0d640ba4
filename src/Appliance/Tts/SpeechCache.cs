using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Codecs;
using Codecs.Wav;
using Microsoft.Extensions.Logging;

namespace Tandem.Tts;

/// <summary>Rendered texts as <c>KEY.wav</c> files in a folder of bounded size: the least recently used go first.</summary>
/// <remarks>
/// Thread-safe; calls block on the disk. A file appears whole or not at all, and carries a checksum in a chunk that players pass
/// over, so one that was cut or damaged is removed when it is read. Files with other names are left alone.
/// </remarks>
internal sealed partial class SpeechCache
{
    private const int SumLength = 32, TrailerLength = 8 + SumLength;
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly long _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private long _bytes;

    /// <summary>Opens the folder and makes it when it is missing. Left-over halves of files are removed.</summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    public SpeechCache(string folder, long limitBytes, TimeProvider clock, ILogger log)
    {
        _folder = Path.GetFullPath(folder);
        _limit = limitBytes;
        _clock = clock;
        _log = log;
        Directory.CreateDirectory(_folder);
        foreach (string half in Directory.EnumerateFiles(_folder, "*.tmp").Where(f => IsKey(Path.GetFileName(f).Split('.')[0]))) Remove(half);
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*.wav"))
        {
            string key = Path.GetFileNameWithoutExtension(file.Name);
            if (!IsKey(key)) continue;
            _entries[key] = new Entry(file.Length, file.LastWriteTimeUtc);
            _bytes += file.Length;
        }
        lock (_lock) Shrink(keep: null);
    }

    public int Count
    {
        get { lock (_lock) return _entries.Count; }
    }

    public long Bytes
    {
        get { lock (_lock) return _bytes; }
    }

    public string PathOf(string key) => Path.Combine(_folder, key + ".wav");

    /// <summary>Reads a rendered text; null when there is none or it was damaged.</summary>
    public (short[] Pcm, int RateHz)? Read(string key)
    {
        lock (_lock)
        {
            if (!_entries.ContainsKey(key)) return null;
        }
        try
        {
            if (Decode(File.ReadAllBytes(PathOf(key))) is { } sound)
            {
                Touch(key);
                return sound;
            }
            LogDamaged(_log, key);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_log, key, failure.Message);
        }
        lock (_lock) Forget(key);
        return null;
    }

    /// <summary>Keeps a rendered text. False, and logged, when the disk does not take it.</summary>
    public bool Write(string key, ReadOnlySpan<short> pcm, int rateHz)
    {
        byte[] file = Encode(pcm, rateHz);
        string path = PathOf(key), half = $"{path[..^4]}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(_folder);
            File.WriteAllBytes(half, file);
            lock (_lock)
            {
                File.Move(half, path, overwrite: true);
                if (_entries.TryGetValue(key, out Entry? old)) _bytes -= old.Bytes;
                _entries[key] = new Entry(file.Length, Now);
                _bytes += file.Length;
                Shrink(keep: key);
            }
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(_log, key, failure.Message);
            Remove(half);
            return false;
        }
    }

    /// <summary>Removes every rendered text.</summary>
    /// <returns>How many there were.</returns>
    public int Clear()
    {
        lock (_lock)
        {
            int count = _entries.Count;
            foreach (string key in _entries.Keys.ToArray()) Forget(key);
            return count;
        }
    }

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    /// <summary>Notes the use, on disk too, so that the order survives a restart.</summary>
    private void Touch(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out Entry? entry) || Now - entry.UsedUtc < TouchEvery) return;
            entry.UsedUtc = Now;
        }
        try
        {
            File.SetLastWriteTimeUtc(PathOf(key), Now);
        }
        catch (IOException)
        {
            // The file has just been evicted: there is no use to note.
        }
    }

    /// <summary>Removes the least recently used down to nine tenths of the limit, so that not every write has to look.</summary>
    private void Shrink(string? keep)
    {
        if (_bytes <= _limit) return;
        foreach (string key in _entries.Where(e => e.Key != keep).OrderBy(e => e.Value.UsedUtc).Select(e => e.Key).ToArray())
        {
            if (_bytes <= _limit / 10 * 9) return;
            Forget(key);
        }
    }

    private void Forget(string key)
    {
        if (!_entries.Remove(key, out Entry? entry)) return;
        _bytes -= entry.Bytes;
        Remove(PathOf(key));
    }

    private void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_log, path, failure.Message);
        }
    }

    private static byte[] Encode(ReadOnlySpan<short> pcm, int rateHz)
    {
        ReadOnlySpan<byte> samples = MemoryMarshal.AsBytes(pcm);    // little-endian, as every processor we run on
        byte[] file = new byte[WavFile.HeaderLength + samples.Length + TrailerLength];
        WavFile.WriteHeader(file, new PcmFormat(rateHz), (uint)samples.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), (uint)file.Length - 8);
        samples.CopyTo(file.AsSpan(WavFile.HeaderLength));
        Span<byte> trailer = file.AsSpan(WavFile.HeaderLength + samples.Length);
        "tsum"u8.CopyTo(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], SumLength);
        SHA256.HashData(file.AsSpan(0, file.Length - SumLength), trailer[8..]);
        return file;
    }

    private static (short[] Pcm, int RateHz)? Decode(byte[] file)
    {
        if (file.Length < WavFile.HeaderLength + TrailerLength) return null;
        Span<byte> sum = stackalloc byte[SumLength];
        SHA256.HashData(file.AsSpan(0, file.Length - SumLength), sum);
        if (!sum.SequenceEqual(file.AsSpan(file.Length - SumLength)) || !WavFile.TryRead(file, out WavInfo info)) return null;
        short[] pcm = MemoryMarshal.Cast<byte, short>(file.AsSpan(info.DataOffset, info.DataLength)).ToArray();
        return (pcm, info.RateHz);
    }

    private static bool IsKey(string name) => name.Length == 64 && !name.AsSpan().ContainsAnyExcept(Hex);

    private sealed class Entry(long bytes, DateTime usedUtc)
    {
        public long Bytes { get; } = bytes;
        public DateTime UsedUtc { get; set; } = usedUtc;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached speech {Key} was damaged and is made again")]
    private static partial void LogDamaged(ILogger logger, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cached speech {Key} cannot be read or removed: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string key, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The speech {Key} is not cached: {Reason}")]
    private static partial void LogUnwritten(ILogger logger, string key, string reason);
}
