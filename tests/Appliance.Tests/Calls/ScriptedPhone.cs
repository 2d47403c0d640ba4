using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Calls;
using Tandem.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Calls;

/// <summary>A phone on loopback that does with a call what the test says. Its media goes nowhere.</summary>
internal sealed class ScriptedPhone : IDisposable
{
    private static readonly byte[] s_sdp = Encoding.ASCII.GetBytes(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");

    private readonly SignallingShard _shard = new(NullLogger.Instance);
    private readonly SipTransports _transports;
    private readonly Channel<InviteSession> _calls = Channel.CreateUnbounded<InviteSession>();

    /// <param name="onCall">On the phone's own thread; null: it only rings.</param>
    /// <param name="rings">False: nothing is said before <paramref name="onCall"/> does.</param>
    public ScriptedPhone(Func<InviteSession, Task>? onCall = null, bool rings = true)
    {
        var listen = new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = 0, TcpPort = -1, TlsPort = -1 };
        _transports = new SipTransports(_shard, listen, NullLogger.Instance);
        Agent = new UserAgent(_shard, _transports, new UserAgentOptions { SessionExpires = TimeSpan.Zero }, NullLogger.Instance)
        {
            IncomingInvite = session => _shard.Run(async () =>
            {
                if (rings) session.Progress(180);
                _calls.Writer.TryWrite(session);
                if (onCall is not null) await onCall(session);
            }),
        };
        _transports.Start();
        _shard.Start();
    }

    public UserAgent Agent { get; }

    public IPEndPoint Address => _transports.Listening[0].Address;

    public static ScriptedPhone Answering(Action<InviteSession>? answered = null) => new(async session =>
    {
        try
        {
            await session.AcceptAsync(s_sdp);
            answered?.Invoke(session);
        }
        catch (OperationCanceledException)
        {
            // The call was taken elsewhere.
        }
    });

    public static ScriptedPhone Refusing(int status) => new(session =>
    {
        session.Reject(status);
        return Task.CompletedTask;
    });

    public DialTarget Target(string user = "1002", string instance = "") => new($"sip:{user}@{Address}", null, [], user, instance);

    /// <summary>The next call that came in.</summary>
    public async Task<InviteSession> RungAsync(TimeSpan limit) => await _calls.Reader.ReadAsync().AsTask().WaitAsync(limit);

    public bool WasRung => _calls.Reader.Count > 0;

    /// <param name="prepare">On the phone's own thread, before anything comes back.</param>
    public async Task<InviteSession> CallAsync(IPEndPoint appliance, string number, Action<InviteSession>? prepare = null) => await _shard.InvokeAsync(() =>
    {
        InviteSession session = Agent.Invite(new OutgoingInvite { Target = $"sip:{number}@{appliance}", FromUser = "1001", Sdp = s_sdp });
        prepare?.Invoke(session);
        return session;
    });

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
    }
}
