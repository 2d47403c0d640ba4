using System.Buffers.Binary;
using Interop.Peers;

namespace Interop.Audio;

/// <summary>Mono 16-bit samples at 8 kHz: what a telephone hears or says.</summary>
public sealed record Sound(short[] Samples)
{
    public const int RateHz = 8000;

    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / RateHz);

    /// <summary>Reads a WAV file; anything but 8 kHz mono is converted by sox, which shares no code with the product.</summary>
    public static async Task<Sound> LoadAsync(string path)
    {
        byte[] file = await File.ReadAllBytesAsync(path);
        if (TryRead(file, out Sound? sound)) return sound;
        string converted = Path.Combine(Path.GetTempPath(), $"tandem-{Guid.NewGuid():N}.wav");
        try
        {
            await ChildProcess.RunAsync("sox", ["-G", path, "-r", "8000", "-c", "1", "-b", "16", "-e", "signed-integer", converted]);
            file = await File.ReadAllBytesAsync(converted);
        }
        finally
        {
            File.Delete(converted);
        }
        return TryRead(file, out sound) ? sound : throw new InvalidDataException($"{path}: not a WAV file that sox can bring to 8 kHz mono");
    }

    public Task SaveAsync(string path)
    {
        byte[] file = new byte[44 + Samples.Length * 2];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), RateHz);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), RateHz * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), Samples.Length * 2);
        for (int i = 0; i < Samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + i * 2), Samples[i]);
        return File.WriteAllBytesAsync(path, file);
    }

    public Sound Slice(TimeSpan from, TimeSpan length)
    {
        int start = Math.Min((int)(from.TotalSeconds * RateHz), Samples.Length);
        int count = Math.Min((int)(length.TotalSeconds * RateHz), Samples.Length - start);
        return new Sound(Samples.AsSpan(start, count).ToArray());
    }

    /// <summary>Louder by so many decibels, or quieter; for sounds that have room for it.</summary>
    public Sound Amplified(double decibels) => new([.. Samples.Select(s => (short)Math.Clamp(s * Math.Pow(10, decibels / 20), short.MinValue, short.MaxValue))]);

    public Sound Last(TimeSpan length) => length >= Duration ? this : Slice(Duration - length, length);

    public static Sound Silence(TimeSpan length) => new(new short[(int)(length.TotalSeconds * RateHz)]);

    public static Sound operator +(Sound a, Sound b) => new([.. a.Samples, .. b.Samples]);

    /// <summary>A file whose writer was killed has zero lengths in its header: the file's own length is what counts.</summary>
    private static bool TryRead(ReadOnlySpan<byte> file, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Sound? sound)
    {
        sound = null;
        if (file.Length < 12 || !file.StartsWith("RIFF"u8)) return false;
        ReadOnlySpan<byte> rest = file[12..];
        bool telephone = false;
        while (rest.Length >= 8)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            ReadOnlySpan<byte> body = rest[8..];
            if (rest.StartsWith("data"u8))
            {
                if (!telephone) return false;
                if (length <= 0 || length > body.Length) length = body.Length;
                short[] samples = new short[length / 2];
                for (int i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(body[(i * 2)..]);
                sound = new Sound(samples);
                return true;
            }
            if (length < 0 || length > body.Length) return false;
            if (rest.StartsWith("fmt "u8) && length >= 16)
            {
                telephone = BinaryPrimitives.ReadInt16LittleEndian(body) == 1 && BinaryPrimitives.ReadInt16LittleEndian(body[2..]) == 1
                    && BinaryPrimitives.ReadInt32LittleEndian(body[4..]) == RateHz && BinaryPrimitives.ReadInt16LittleEndian(body[14..]) == 16;
            }
            rest = body[(length + (length & 1))..];
        }
        return false;
    }
}
