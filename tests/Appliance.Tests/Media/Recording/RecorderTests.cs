using System.Collections.Concurrent;
using System.Net;
using Codecs.G711;
using Codecs.Wav;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Media.Recording;
using Xunit;

namespace Appliance.Tests.Media.Recording;

/// <summary>Recordings from the tap to the file.</summary>
public sealed class RecorderTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private readonly ConcurrentDictionary<Guid, string> _opened = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Stereo_has_what_was_heard_left_and_what_was_said_right_and_a_pause_is_silence()
    {
        string file;
        using (Recorder recorder = New(RecordingOptions.Stereo))
        {
            Guid id = Guid.CreateVersion7();
            var leg = new FakeLeg();
            CallRecording recording = recorder.Start(id, 1, new DateTimeOffset(2026, 11, 22, 23, 59, 0, TimeSpan.Zero), leg.Handle);
            Assert.Equal($"2026/11/22/{id}.wav", recording.Path);
            leg.Talk(recording, 0, 50);
            recording.Pause();
            leg.Talk(recording, 50, 100);
            recording.Resume();
            leg.Talk(recording, 100, 150);
            leg.CloseAt(recording.StartedAt + Ms(3000));
            file = Path.Combine(_folder, recording.Path);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        (WavInfo info, short[] left, short[] right) = Read(file);
        Assert.Equal((8000, 2, 16, 24_000), (info.RateHz, info.Channels, info.BitsPerSample, info.Samples));
        Assert.Equal([.. FakeLeg.Heard(0, 50), .. new short[8000], .. FakeLeg.Heard(100, 150)], left);
        Assert.Equal([.. FakeLeg.Said(0, 50), .. new short[8000], .. FakeLeg.Said(100, 150)], right);
    }

    [Fact]
    public void Mixed_is_the_sum_of_both_held_within_its_range()
    {
        string file;
        using (Recorder recorder = New())
        {
            var leg = new FakeLeg();
            CallRecording recording = recorder.Start(Guid.CreateVersion7(), 2, DateTimeOffset.UtcNow, leg.Handle);
            Assert.EndsWith("-2.wav", recording.Path, StringComparison.Ordinal);
            leg.Talk(recording, 0, 25);
            leg.CloseAt(recording.StartedAt + Ms(500));
            file = Path.Combine(_folder, recording.Path);
        }
        (WavInfo info, short[] mono, _) = Read(file);
        Assert.Equal((1, 4000), (info.Channels, info.Samples));
        Assert.Equal(FakeLeg.Heard(0, 25).Zip(FakeLeg.Said(0, 25), (a, b) => (short)Math.Clamp(a + b, short.MinValue, short.MaxValue)), mono);
    }

    [Theory]
    [InlineData(AudioCodec.G722, 160)]
    [InlineData(AudioCodec.Opus, 960)]
    [InlineData(AudioCodec.L16, 160)]
    [InlineData(AudioCodec.L16Wide, 320)]
    public void Every_codec_is_heard_and_a_change_of_codec_in_the_call_too(AudioCodec codec, int units)
    {
        string file;
        using (Recorder recorder = New(RecordingOptions.Stereo))
        {
            var leg = new FakeLeg();
            CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
            using var encoder = new FrameEncoder(codec, codec == AudioCodec.Opus ? 8000 : codec.SampleRateHz(), OpusSending.Default);
            int samples = encoder.RateHz / 50;
            var pcm = new short[samples];
            var payload = new byte[1500];
            leg.Talk(recording, 0, 25);
            for (int i = 25; i < 75; i++)
            {
                for (int k = 0; k < samples; k++) pcm[k] = (short)(10_000 * Math.Sin(2 * Math.PI * 500 * (i * samples + k) / encoder.RateHz));
                int length = encoder.Encode(pcm, payload);
                recording.Tap.Take(new TappedFrame { At = recording.StartedAt + i * Ms(20), Ssrc = 7, Timestamp = (uint)(i * units), Codec = codec }, payload.AsSpan(0, length));
            }
            leg.CloseAt(recording.StartedAt + Ms(1500));
            file = Path.Combine(_folder, recording.Path);
        }
        (_, short[] left, _) = Read(file);
        Assert.Equal(12_000, left.Length);
        Assert.Equal(FakeLeg.Heard(0, 25), left[..4000]);
        // From 200 ms in: a sine of the right frequency and level, without a break.
        double worst = 0;
        for (int k = 5600; k < 11_900; k++) worst = Math.Max(worst, Math.Abs(left[k + 1] + left[k - 1] - 2 * Math.Cos(2 * Math.PI * 500 / 8000) * left[k]));
        Assert.InRange(worst, 0, 2500);
        Assert.InRange(left[5600..11_900].Max(), (short)8500, (short)11_500);
    }

    [Fact]
    public async Task The_file_can_be_played_while_it_grows()
    {
        using Recorder recorder = New();
        var leg = new FakeLeg();
        CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
        await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal(recording.Path, _opened[recording.CallId]);
        leg.Talk(recording, 0, 200);
        string file = Path.Combine(_folder, recording.Path);
        var header = new byte[WavFile.HeaderLength];
        uint promised = 0;
        await using FileStream growing = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        for (int seen = 0; seen < 2;)
        {
            growing.Position = 0;
            await growing.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
            uint now = BitConverter.ToUInt32(header, 40);
            Assert.Equal(now + 36, BitConverter.ToUInt32(header, 4));
            Assert.True(now <= growing.Length - WavFile.HeaderLength);
            if (now > promised) (seen, promised) = (seen + 1, now);
            await Task.Yield();
        }
        recording.Stop();
        Assert.True(recording.IsOver);
    }

    [Fact]
    public async Task A_hundred_and_twenty_legs_at_once_are_recorded_without_a_gap()
    {
        const int Calls = 120, Packets = 75;
        using MediaPlane plane = MediaPlane.Start(new MediaOptions { Ports = [new MediaPortRange(31500, 31999, null)], Loops = 2 }, NullLoggerFactory.Instance);
        var ended = new CountdownEvent(Calls);
        MediaLeg[] legs = [.. Enumerable.Range(0, Calls).Select(i => plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "r",
            raised => { if (raised is PlayoutEnded) ended.Signal(); }, i % 2))!)];
        Prompt[] prompts = [.. Enumerable.Range(0, Calls).Select(i => TestLeg.Tone(160 * Packets, i))];
        CallRecording[] recordings;
        using (Recorder recorder = New(RecordingOptions.Stereo))
        {
            recordings = [.. legs.Select(leg => recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg))];
            for (int i = 0; i < Calls; i++) legs[i].Configure(TestLeg.Settings(remote: legs[i ^ 1].LocalRtp));    // they talk in pairs
            for (int i = 0; i < Calls; i++) legs[i].Play(prompts[i], 1);
            Assert.True(await Task.Run(() => ended.Wait(s_patience)));
            plane.Dispose();
            Assert.Equal(0, recorder.Marked);
        }
        Assert.All(recordings, recording => Assert.Null(recording.Problem));
        for (int i = 0; i < Calls; i++)
        {
            (_, short[] left, short[] right) = Read(Path.Combine(_folder, recordings[i].Path));
            short[] other = Decoded(prompts[i ^ 1]), own = Decoded(prompts[i]);
            Assert.True(right.AsSpan().IndexOf(own) >= 0, $"call {i} lacks what was said");
            // Over a socket: but for packets that came before the leg they were for was there, or after it had closed.
            Assert.True(left.AsSpan().IndexOf(other.AsSpan(800, other.Length - 1600)) >= 0, $"call {i} lacks what was heard");
        }
    }

    [Fact]
    public async Task A_disk_that_refuses_ends_the_recording_with_a_mark_and_the_leg_goes_on()
    {
        string path = Path.Combine(_folder, "x.wav");
        using var recorder = new Recorder(Options(), Keep, NullLoggerFactory.Instance, _ => new FullAfter(path, 10), static _ => long.MaxValue);
        var leg = new FakeLeg();
        CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
        await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.True(recording.IsOver);
        Assert.Equal("No space left", recording.Problem);
        Assert.False(File.Exists(path));
        Assert.Equal((0, 1), (recorder.Active, recorder.Marked));
        Assert.Empty(_opened);
        Assert.True(leg.WasLetGo);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_leaves_what_was_written()
    {
        string path = Path.Combine(_folder, "x.wav");
        using var recorder = new Recorder(Options(), Keep, NullLoggerFactory.Instance, _ => new FullAfter(path, 20_000), static _ => long.MaxValue);
        var leg = new FakeLeg();
        CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
        await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        leg.Talk(recording, 0, 200);
        await leg.LetGo.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal("No space left", recording.Problem);
        Assert.True(WavFile.TryRead(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), out _));
        Assert.Equal(1, recorder.Marked);
    }

    [Fact]
    public async Task With_less_space_than_is_to_stay_free_nothing_starts_and_what_goes_on_is_ended_whole()
    {
        long free = 600_000_000;
        string file;
        int atLeast;
        using (var recorder = new Recorder(Options(), Keep, NullLoggerFactory.Instance, RecordingFile.Create, _ => Interlocked.Read(ref free)))
        {
            var leg = new FakeLeg();
            CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
            await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
            leg.Talk(recording, 0, 50);
            Interlocked.Exchange(ref free, 400_000_000);
            await leg.LetGo.WaitAsync(s_patience, TestContext.Current.CancellationToken);
            atLeast = (int)(leg.EndedAt - recording.StartedAt).TotalMilliseconds * 8;
            Assert.Equal("400 MB are free on the disk, recording.min_free_mb is 500", recording.Problem);
            CallRecording second = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, new FakeLeg().Handle);
            await second.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
            Assert.True(second.IsOver);
            Assert.False(File.Exists(Path.Combine(_folder, second.Path)));
            file = Path.Combine(_folder, recording.Path);
        }
        Assert.InRange(Read(file).Info.Samples, atLeast, atLeast + 8);
    }

    [Fact]
    public async Task A_writer_that_is_kept_waiting_loses_frames_marks_the_recording_and_goes_on()
    {
        using var held = new ManualResetEventSlim();
        using var recorder = new Recorder(Options(), Keep, NullLoggerFactory.Instance, path => { held.Wait(); return RecordingFile.Create(path); }, static _ => long.MaxValue);
        var leg = new FakeLeg();
        CallRecording recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg.Handle);
        leg.Talk(recording, 0, 1000);    // 20 s while the disk stands still
        held.Set();
        await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        leg.CloseAt(recording.StartedAt + Ms(20_000));
        await leg.LetGo.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.StartsWith("the disk was too slow", recording.Problem, StringComparison.Ordinal);
        Assert.Equal(160_000, Read(Path.Combine(_folder, recording.Path)).Info.Samples);
    }

    [Fact]
    public async Task A_leg_that_is_closed_already_leaves_an_empty_file()
    {
        using MediaPlane plane = MediaPlane.Start(new MediaOptions { Ports = [new MediaPortRange(31480, 31483, null)], Loops = 1 }, NullLoggerFactory.Instance);
        MediaLeg leg = plane.CreateLeg(new MediaLegRequest(IPAddress.Loopback, "r", _ => { }))!;
        leg.Close();
        CallRecording recording;
        using (Recorder recorder = New())
        {
            recording = recorder.Start(Guid.CreateVersion7(), 1, DateTimeOffset.UtcNow, leg);
            await recording.Opened.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        }
        Assert.Null(recording.Problem);
        Assert.InRange(Read(Path.Combine(_folder, recording.Path)).Info.Samples, 0, 8000);
    }

    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    private static short[] Decoded(Prompt prompt)
    {
        ReadOnlySpan<byte> octets = prompt.For(AudioCodec.Pcmu).Octets;
        var pcm = new short[octets.Length];
        G711.DecodeMuLaw(octets, pcm);
        return pcm;
    }

    private static (WavInfo Info, short[] Left, short[] Right) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.True(WavFile.TryRead(file, out WavInfo info));
        Assert.Equal(file.Length, info.DataOffset + info.DataLength);
        short[] Channel(int channel) => [.. Enumerable.Range(0, info.Samples).Select(i => BitConverter.ToInt16(file, info.DataOffset + 2 * (i * info.Channels + channel)))];
        return (info, Channel(0), Channel(info.Channels - 1));
    }

    private RecordingOptions Options(string layout = "mixed") => new() { Folder = _folder, Layout = layout };

    private Recorder New(string layout = "mixed") => new(Options(layout), Keep, NullLoggerFactory.Instance, RecordingFile.Create, static _ => long.MaxValue);

    private void Keep(Guid id, string path) => _opened[id] = path;

    /// <summary>A disk with so many bytes left.</summary>
    private sealed class FullAfter(string path, long bytes) : FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 0)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Position + count > bytes) throw new IOException("No space left");
            base.Write(buffer, offset, count);
        }
    }

    /// <summary>A leg without a loop: the test says what passes it and when.</summary>
    private sealed class FakeLeg
    {
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private LegTap? _tap;

        public FakeLeg() => Handle = new MediaLeg(1, new IPEndPoint(IPAddress.Loopback, 0), 0, 1, _ => { }, Execute);

        public MediaLeg Handle { get; }

        public bool WasLetGo => _letGo.Task.IsCompleted;

        public TimeSpan EndedAt => _tap!.DetachedAt;

        public Task LetGo => _letGo.Task;

        public static short[] Heard(int from, int to) => Frames(from, to, 1);

        public static short[] Said(int from, int to) => Frames(from, to, 2);

        /// <summary>Both sides talk from frame to frame, 20 ms each, counted from the start of the recording.</summary>
        public void Talk(CallRecording recording, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                TimeSpan at = recording.StartedAt + 20 * i * Ms(1);
                recording.Tap.Take(new TappedFrame { At = at, Ssrc = 7, Timestamp = (uint)(i * 160), Codec = AudioCodec.Pcma }, Octets(i, 1, AudioCodec.Pcma));
                recording.Tap.Take(new TappedFrame { At = at, Ssrc = 9, Timestamp = (uint)(i * 160), Codec = AudioCodec.Pcmu, IsSent = true }, Octets(i, 2, AudioCodec.Pcmu));
            }
        }

        public void CloseAt(TimeSpan now) => _tap!.Detach(now);

        private static byte[] Octets(int frame, int party, AudioCodec codec) => TestLeg.Tone(160, 10 * frame + party).For(codec).Octets.ToArray();

        private static short[] Frames(int from, int to, int party) => [.. Enumerable.Range(from, to - from).SelectMany(i =>
        {
            var pcm = new short[160];
            if (party == 1) G711.DecodeALaw(Octets(i, party, AudioCodec.Pcma), pcm);
            else G711.DecodeMuLaw(Octets(i, party, AudioCodec.Pcmu), pcm);
            return pcm;
        })];

        private void Execute(LegCommand command)
        {
            if (command is AddTap add) _tap = add.Tap;
            if (command is not RemoveTap remove) return;
            if (!remove.Tap.IsDetached) remove.Tap.Detach(MediaClock.Now);
            _letGo.TrySetResult();
        }
    }
}
