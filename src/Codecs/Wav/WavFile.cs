using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Codecs.Wav;

/// <summary>RIFF WAVE headers over spans. The caller owns files and bytes.</summary>
public static class WavFile
{
    /// <summary>Bytes that <see cref="WriteHeader"/> writes.</summary>
    public const int HeaderLength = 44;

    private const int ExtensibleFormat = 0xFFFE;

    /// <summary>Finds format and sound data; chunks that we do not know are passed over.</summary>
    /// <returns>False where it is no WAVE file, or has no <c>fmt</c> or <c>data</c> chunk. Never throws.</returns>
    /// <remarks>A data length past the end of the bytes (0xFFFFFFFF of a file still being written, a cut file) is cut to what is there.</remarks>
    public static bool TryRead(ReadOnlySpan<byte> file, out WavInfo info)
    {
        info = default;
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8)) return false;
        bool hasFormat = false;
        for (int at = 12; at <= file.Length - 8;)
        {
            ReadOnlySpan<byte> id = file.Slice(at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            at += 8;
            int present = (int)Math.Min(length, (uint)(file.Length - at));
            if (id.SequenceEqual("fmt "u8))
            {
                if (!TryReadFormat(file.Slice(at, present), out info)) return false;
                hasFormat = true;
            }
            else if (id.SequenceEqual("data"u8))
            {
                if (!hasFormat) return false;
                // A writer that could not seek leaves 0: everything to the end is sound, unless the file ends here.
                if (length == 0) present = file.Length - at;
                info = info with { DataOffset = at, DataLength = present - present % info.BlockBytes };
                return true;
            }

            if (present < length) return false;
            at += present + (present & 1);    // chunks are padded to even length
        }

        return false;
    }

    /// <summary>Writes the 44-byte header of a 16-bit PCM file.</summary>
    /// <param name="header">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="format">Rate and channels.</param>
    /// <param name="dataLength">Bytes of sound that follow.</param>
    public static void WriteHeader(Span<byte> header, PcmFormat format, uint dataLength)
    {
        int block = 2 * format.Channels;
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)Math.Min(uint.MaxValue, dataLength + (ulong)(HeaderLength - 8)));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)WavEncoding.Pcm);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)format.Channels);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)format.RateHz);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], (uint)(format.RateHz * block));
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], (ushort)block);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], dataLength);
    }

    /// <summary>A whole mono file in one array.</summary>
    public static byte[] ToBytes(ReadOnlySpan<short> mono, int rateHz)
    {
        byte[] file = new byte[HeaderLength + 2 * mono.Length];
        WriteHeader(file, new PcmFormat(rateHz), (uint)(2 * mono.Length));
        for (int i = 0; i < mono.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(HeaderLength + 2 * i), mono[i]);
        return file;
    }

    /// <summary>Decodes 16-bit PCM, µ-law or A-law of one or two channels to mono; two channels are averaged.</summary>
    /// <param name="file">The file that <paramref name="info"/> was read from.</param>
    /// <param name="info">From <see cref="TryRead"/>.</param>
    /// <param name="mono">At least <see cref="WavInfo.Samples"/> long.</param>
    /// <returns>Samples written; 0 for an encoding that is not one of these.</returns>
    public static int DecodeMono(ReadOnlySpan<byte> file, in WavInfo info, Span<short> mono)
    {
        ReadOnlySpan<byte> data = file.Slice(info.DataOffset, info.DataLength);
        if (info.Channels is not (1 or 2) || !info.IsDecodable) return 0;
        for (int i = 0; i < info.Samples; i++)
        {
            ReadOnlySpan<byte> block = data.Slice(i * info.BlockBytes, info.BlockBytes);
            int sum = 0;
            for (int channel = 0; channel < info.Channels; channel++) sum += Sample(info.Encoding, block, channel);
            mono[i] = (short)(info.Channels == 2 ? sum >> 1 : sum);
        }

        return info.Samples;
    }

    private static short Sample(WavEncoding encoding, ReadOnlySpan<byte> block, int channel)
    {
        if (encoding == WavEncoding.Pcm) return BinaryPrimitives.ReadInt16LittleEndian(block[(2 * channel)..]);
        short sample = 0;
        ReadOnlySpan<byte> octet = block.Slice(channel, 1);
        if (encoding == WavEncoding.MuLaw) G711.G711.DecodeMuLaw(octet, MemoryMarshal.CreateSpan(ref sample, 1));
        else G711.G711.DecodeALaw(octet, MemoryMarshal.CreateSpan(ref sample, 1));
        return sample;
    }

    private static bool TryReadFormat(ReadOnlySpan<byte> chunk, out WavInfo info)
    {
        info = default;
        if (chunk.Length < 16) return false;
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == ExtensibleFormat && chunk.Length >= 26) tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);    // SubFormat's head
        if (channels == 0 || rate is 0 or > 768_000 || bits is 0 or > 64) return false;
        info = new WavInfo((WavEncoding)tag, (int)rate, channels, bits, DataOffset: 0, DataLength: 0);
        return true;
    }
}
