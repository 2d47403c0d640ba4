using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Srtp;
using Tandem.Net.Datagrams;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>
/// A call with itself on loopback before the ports open: a prompt, a key, a relay, a translation, reports and a close, so that what a
/// packet runs through is compiled before the first caller's packet does.
/// </summary>
internal static partial class MediaWarmUp
{
    private const int Rounds = 40;    // past the 30 calls after which the runtime compiles a method again, optimised

    private static readonly TimeSpan s_packetTime = TimeSpan.FromMilliseconds(20);

    /// <returns>Packets that came through; 0 where loopback is not to be had, which harms nothing but the first call's timing.</returns>
    public static int Run(Func<IDatagramIo> openIo, ILogger log)
    {
        using var links = new LoopLinks(1);
        using IDatagramIo io = openIo();
        var legs = new LoopLegs(0, io, new PortPool([], 0, 1), links, log);
        TimeSpan now = MediaClock.Now;
        MediaLeg?[] three = [Open(legs, 1, now), Open(legs, 2, now), Open(legs, 3, now)];
        if (three is [{ } player, { } caller, { } callee])
        {
            foreach (SrtpProfile profile in (ReadOnlySpan<SrtpProfile>)[SrtpProfile.AesCm128HmacSha1Tag80, SrtpProfile.AeadAes128Gcm, SrtpProfile.None])
                now = Talk(legs, io, player, caller, callee, Keys(profile), now);
            Turn(legs, io, now + TimeSpan.FromMinutes(1));    // reports are due, and the time-out of those who fell silent
        }
        legs.CloseAll(now);
        io.Flush();
        Warmed(log, legs.PacketsReceived, legs.Faults);
        return (int)legs.PacketsReceived;
    }

    /// <summary>The player plays to the caller, which passes on to the callee, which sends back to the caller, whom it is a stranger to.</summary>
    private static TimeSpan Talk(LoopLegs legs, IDatagramIo io, MediaLeg player, MediaLeg caller, MediaLeg callee, SrtpSettings? keys, TimeSpan now)
    {
        var prompt = new Prompt(new short[Prompt.SampleRateHz], "warm-up");
        legs.Execute(new ConfigureLeg(player, Settings(caller, AudioCodec.Pcmu, keys)), now);
        legs.Execute(new ConfigureLeg(caller, Settings(player, AudioCodec.Pcmu, keys)), now);
        legs.Execute(new ConfigureLeg(callee, Settings(caller, AudioCodec.Pcma, keys)), now);
        legs.Execute(new ConnectLeg(caller, callee), now);
        legs.Execute(new PlayPrompt(player, prompt, 1, loop: true), now);
        for (int i = 0; i < Rounds; i++, now += s_packetTime)
        {
            if (i == Rounds / 2) legs.Execute(new SendKey(player, '1', 3 * s_packetTime), now);
            if (i == Rounds * 3 / 4) legs.Execute(new ConfigureLeg(callee, Settings(caller, AudioCodec.Pcmu, keys)), now);
            Turn(legs, io, now);
        }
        legs.Execute(new StopPlaying(player), now);
        return now;
    }

    private static void Turn(LoopLegs legs, IDatagramIo io, TimeSpan now)
    {
        legs.RunDeadlines(now);
        legs.TakeFrames(now);
        foreach (int socket in io.Flush()) legs.OnSendFailure(socket);
        legs.OnDatagrams(io.Receive(), now);
        legs.FreeSlots();
    }

    private static MediaLeg? Open(LoopLegs legs, int id, TimeSpan now)
    {
        FileDescriptor rtp = FileDescriptor.BindUdp(IPAddress.Loopback, 0, out _), rtcp = FileDescriptor.BindUdp(IPAddress.Loopback, 0, out _);
        if (rtp.IsInvalid || rtcp.IsInvalid)
        {
            rtp.Dispose();
            rtcp.Dispose();
            return null;
        }
        var leg = new MediaLeg(id, rtp.LocalAddress().ToEndPoint(), 0, (uint)id, static _ => { }, static _ => { });
        legs.Execute(new OpenLeg(leg, "warm-up", new BoundPair(default, rtp, rtcp)), now);
        return leg;
    }

    /// <summary>One key for all: they are kept by nobody and seen by nobody.</summary>
    private static SrtpSettings? Keys(SrtpProfile profile)
    {
        if (Profiles.Find(profile) is not { } parameters) return null;
        byte[] key = RandomNumberGenerator.GetBytes(parameters.KeyLength + parameters.SaltLength);
        return new SrtpSettings(profile, key, key);
    }

    private static MediaLegSettings Settings(MediaLeg remote, AudioCodec codec, SrtpSettings? keys) => new(
        remote.LocalRtp, remote.LocalRtp, codec, (byte)(codec == AudioCodec.Pcma ? 8 : 0), [(AudioCodec.Pcmu, 0), (AudioCodec.Pcma, 8)],
        101, 101, Send: true, Receive: true, 20, TimeSpan.FromSeconds(30), RelearnSource: false, Srtp: keys);

    [LoggerMessage(LogLevel.Debug, "Media warmed up: {Packets} packets, {Faults} faults")]
    private static partial void Warmed(ILogger log, long packets, long faults);
}
