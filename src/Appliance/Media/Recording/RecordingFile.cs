using System.Buffers.Binary;
using Codecs;
using Codecs.Wav;

namespace Tandem.Media.Recording;

/// <summary>A WAV file that grows: 16-bit PCM at 8000 Hz. Its header never promises more than is there, whenever the process is killed.</summary>
/// <remarks>One thread owns it. Every method may wait for the disk and throws <see cref="IOException"/> where that refuses.</remarks>
internal sealed class RecordingFile : IDisposable
{
    /// <summary>The longest that WAV's 32-bit lengths can tell, in whole blocks.</summary>
    public const long MaxDataBytes = uint.MaxValue - 1024 & ~3L;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly FileStream _file;
    private readonly PcmFormat _format;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _buffered;
    private long _written;

    /// <param name="file">Empty; owned from here on.</param>
    /// <param name="stereo">Two channels.</param>
    public RecordingFile(FileStream file, bool stereo)
    {
        _file = file;
        _format = new PcmFormat(RecordedTrack.RateHz, stereo ? 2 : 1);
        WriteHeader();
    }

    public TimeSpan Duration => _format.Duration((int)((_written + _buffered) / (2 * _format.Channels)));

    /// <summary>Makes a new file (0600) and the folders above it (0700).</summary>
    public static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnlyFolder);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
    }

    /// <summary>Adds interleaved samples.</summary>
    public void Append(ReadOnlySpan<short> sound)
    {
        foreach (short sample in sound)
        {
            if (_buffered == _buffer.Length) WriteBuffer();
            BinaryPrimitives.WriteInt16LittleEndian(_buffer.AsSpan(_buffered), sample);
            _buffered += sizeof(short);
        }
    }

    /// <summary>Brings everything into the file and its header up to date.</summary>
    public void Flush()
    {
        if (_buffered == 0) return;
        WriteBuffer();
        WriteHeader();
    }

    public void Dispose() => _file.Dispose();

    private void WriteBuffer()
    {
        if (_written + _buffered > MaxDataBytes) throw new IOException("a WAV file can hold no more");
        _file.Position = WavFile.HeaderLength + _written;
        _file.Write(_buffer, 0, _buffered);
        _written += _buffered;
        _buffered = 0;
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[WavFile.HeaderLength];
        WavFile.WriteHeader(header, _format, (uint)_written);
        _file.Position = 0;
        _file.Write(header);
    }
}
