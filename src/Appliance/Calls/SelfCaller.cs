using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Media;
using Tandem.Net;
using Tandem.Signalling;

namespace Tandem.Calls;

/// <summary>The two phones of a <see cref="SelfCall"/> in one: it calls a menu, keys a digit, and answers the call that follows.</summary>
internal sealed class SelfCaller : IDisposable
{
    private static readonly TimeSpan s_talk = TimeSpan.FromMilliseconds(60), s_noTimeout = TimeSpan.FromMinutes(1);

    private readonly MediaPlane _media;
    private readonly SignallingShard _shard = new(NullLogger.Instance);
    private readonly SipTransports _transports;
    private readonly UserAgent _agent;
    private readonly ConcurrentBag<MediaLeg> _legs = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SelfCaller(MediaPlane media)
    {
        _media = media;
        var listen = new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = 0, TcpPort = -1, TlsPort = -1 };
        _transports = new SipTransports(_shard, listen, NullLogger.Instance);
        _agent = new UserAgent(_shard, _transports, new UserAgentOptions(), NullLogger.Instance)
        {
            IncomingInvite = session => _shard.Run(() => AnswerAsync(session)),
        };
        _transports.Start();
        _shard.Start();
    }

    public IPEndPoint Address => _transports.Listening[0].Address;

    /// <summary>Calls <paramref name="number"/>, keys <paramref name="digit"/>, waits for the transfer, talks for a moment, hangs up.</summary>
    public Task CallAsync(IPEndPoint appliance, string number, char digit, CancellationToken limit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _shard.Run(async () =>
        {
            try
            {
                await RunAsync($"sip:{number}@{appliance}", digit, limit);
                done.TrySetResult();
            }
            catch (OperationCanceledException)
            {
                done.TrySetCanceled(limit);
            }
        });
        return done.Task.WaitAsync(limit);
    }

    public void Dispose()
    {
        _transports.Dispose();
        _shard.Dispose();
        foreach (MediaLeg leg in _legs) leg.Close();
    }

    private async Task RunAsync(string target, char digit, CancellationToken limit)
    {
        if (Open() is not { } media) return;
        InviteSession session = _agent.Invite(new OutgoingInvite { Target = target, FromUser = "1001", Sdp = media.Offer() });
        InviteResult result = await session.Result.WaitAsync(limit);
        if (!result.IsAccepted || !media.Accept(result.Sdp, out _)) return;
        media.Leg.Play(CallTones.Ringback, playoutId: 1);
        media.Leg.SendDigit(digit, durationMs: 40);
        await _connected.Task.WaitAsync(limit);
        await _shard.Delay(s_talk, limit);
        session.Bye();
    }

    private async Task AnswerAsync(InviteSession session)
    {
        if (Open() is not { } media) return;
        session.Progress(180);
        await session.AcceptAsync(media.Answer(session.RemoteSdp, out _));
        media.Leg.Play(CallTones.Ringback, playoutId: 1);
        _connected.TrySetResult();
    }

    private LegMedia? Open()
    {
        LegMedia? media = LegMedia.Open(_media, _shard, "self-call", new MediaAddress(IPAddress.Loopback, IPAddress.Loopback, IPAddress.Loopback), LegVoice.Telephone, s_noTimeout, loop: null, LegTransport.Rtp);
        if (media is not null) _legs.Add(media.Leg);
        return media;
    }
}
