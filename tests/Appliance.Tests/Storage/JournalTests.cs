using System.Buffers;
using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class JournalTests
{
    private static readonly CallLogEntry s_entry = new(CallLogEvent.Ended, Guid.CreateVersion7(), "1001", "9999", DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch.AddSeconds(5), "completed", "caller hung up");

    [Fact]
    public void A_frame_comes_back_as_it_was_written()
    {
        Assert.True(JournalFrame.TryRead(Frame(), out CallLogEntry? entry, out int length));
        Assert.Equal(s_entry, entry);
        Assert.Equal(Frame().Length, length);
    }

    [Fact]
    public void A_frame_cut_at_any_byte_is_not_an_entry()
    {
        byte[] frame = Frame();
        for (int length = 0; length < frame.Length; length++) Assert.False(JournalFrame.TryRead(frame.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void A_frame_with_any_byte_changed_is_not_an_entry()
    {
        for (int i = 0; i < Frame().Length; i++)
        {
            byte[] frame = Frame();
            frame[i] ^= 0x40;
            Assert.False(JournalFrame.TryRead(frame, out _, out _));
        }
    }

    [Fact]
    public void A_full_segment_is_closed_and_the_next_begun()
    {
        string path = Directory.CreateTempSubdirectory("tandem-test-").FullName;
        try
        {
            var folder = new JournalFolder(path);
            using (var writer = new JournalWriter(folder, firstSegment: 3, segmentBytes: Frame().Length))
            {
                Assert.Equal(new JournalPosition(3, Frame().Length), writer.Append([s_entry]));
                Assert.Equal(new JournalPosition(4, 2 * Frame().Length), writer.Append([s_entry, s_entry]));
            }
            Assert.Equal([3L, 4L], folder.Segments());
            var reader = new JournalReader(folder);
            Assert.Single(reader.Read(new JournalPosition(4, 0), reader.LengthOf(4), maxEntries: 1, out JournalPosition next, out _));
            Assert.Single(reader.Read(next, reader.LengthOf(4), maxEntries: 9, out next, out bool damaged));
            Assert.Equal(reader.LengthOf(4), next.Offset);
            Assert.False(damaged);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.PathOf(3)));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static byte[] Frame()
    {
        var output = new ArrayBufferWriter<byte>();
        JournalFrame.Write(output, s_entry);
        return output.WrittenSpan.ToArray();
    }
}
