using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Calls;

/// <summary>A telephone with media of its own: it answers what comes, and says a tone while it talks.</summary>
internal sealed class MediaPhone : IDisposable
{
    private static readonly MediaAddress s_loopback = new(IPAddress.Loopback, IPAddress.Loopback, IPAddress.Loopback);

    private readonly SignallingShard _shard = new(NullLogger.Instance);
    private readonly MediaPlane _plane;
    private readonly SipTransports _transports;
    private readonly UserAgent _agent;
    private readonly LegTransport _transport;
    private readonly string _codec;

    /// <param name="transport">What its own offers are; it answers whatever comes.</param>
    /// <param name="codec">All that it speaks.</param>
    /// <param name="firstPort">Of 20 ports of its own.</param>
    public MediaPhone(LegTransport transport, string codec, int firstPort)
    {
        (_transport, _codec) = (transport, codec);
        _plane = MediaPlane.Start(new MediaOptions { Ports = [new MediaPortRange(firstPort, firstPort + 19, null)], Loops = 1 }, NullLoggerFactory.Instance);
        var listen = new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = 0, TcpPort = -1, TlsPort = -1 };
        _transports = new SipTransports(_shard, listen, NullLogger.Instance);
        _agent = new UserAgent(_shard, _transports, new UserAgentOptions { SessionExpires = TimeSpan.Zero }, NullLogger.Instance)
        {
            IncomingInvite = session => _shard.Run(() => AnswerAsync(session)),
        };
        _transports.Start();
        _shard.Start();
    }

    public IPEndPoint Address => _transports.Listening[0].Address;

    /// <summary>Its one call.</summary>
    public LegMedia? Media { get; private set; }

    /// <summary>What its call was answered with; empty: it was not.</summary>
    public string FirstAnswer { get; private set; } = "";

    /// <summary>Makes its SDP another before it is sent.</summary>
    public Func<string, string> Spoil { get; init; } = sdp => sdp;

    /// <summary>Calls and talks; the session lives on.</summary>
    public async Task<InviteSession> CallAsync(IPEndPoint appliance, string number, CancellationToken cancellation)
    {
        var answered = new TaskCompletionSource<InviteSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        _shard.Run(async () =>
        {
            LegMedia media = Open(_transport);
            InviteSession call = _agent.Invite(new OutgoingInvite { Target = $"sip:{number}@{appliance}", FromUser = "1001", Sdp = Spoilt(media.Offer()) });
            call.OnOffer = offer => SdpReply.Accept(media.Answer(offer, out _));
            InviteResult result = await call.Result;
            FirstAnswer = Encoding.ASCII.GetString(result.Sdp.Span);
            string? problem = null;
            if (!result.IsAccepted) answered.SetResult(call);
            else if (!media.Accept(result.Sdp, out problem)) answered.SetException(new InvalidOperationException(problem));
            else
            {
                media.Leg.Play(CallTones.Ringback, playoutId: 1, loop: true);
                answered.SetResult(call);
            }
        });
        return await answered.Task.WaitAsync(cancellation);
    }

    public Task<SessionEnd?> EndOfAsync(InviteSession session) => _shard.InvokeAsync(() => session.End);

    public Task HangUpAsync(InviteSession session) => _shard.InvokeAsync(() =>
    {
        session.Terminate();
        return true;
    });

    public void Dispose()
    {
        _shard.Dispose();
        _transports.Dispose();
        _plane.Dispose();
    }

    private async Task AnswerAsync(InviteSession session)
    {
        LegMedia media = Open(LegTransports.Of(ReceivedOffer.Read(session.RemoteSdp), session.Flow));
        session.OnOffer = offer => SdpReply.Accept(media.Answer(offer, out _));
        session.Progress(180);
        try
        {
            await session.AcceptAsync(Spoilt(media.Answer(session.RemoteSdp, out _)));
            media.Leg.Play(CallTones.Ringback, playoutId: 1, loop: true);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up.
        }
    }

    private LegMedia Open(LegTransport transport)
    {
        LegVoice voice = LegVoice.For(new MediaOptions { Codecs = [CodecName.All.Single(known => known.Name == _codec)] }, user: null);
        return Media = LegMedia.Open(_plane, _shard, "phone", s_loopback, voice, TimeSpan.FromMinutes(1), loop: null, transport)!;
    }

    private ReadOnlyMemory<byte> Spoilt(ReadOnlyMemory<byte> sdp) => Encoding.ASCII.GetBytes(Spoil(Encoding.ASCII.GetString(sdp.Span)));
}
