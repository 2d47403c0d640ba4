using System.Net;
using Microsoft.Extensions.Logging;
using Tandem.Calls;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net;
using Tandem.Net.Interop;
using Tandem.Signalling;

namespace Tandem.Ng;

/// <summary>rtpengine's ng control protocol on a UDP port: cookie, blank, dictionary; a thread of its own, so that neither media nor SIP wait for it.</summary>
internal sealed partial class NgPort : ShardSocket, IDisposable
{
    /// <summary>A longer reply does not fit a datagram and becomes an error.</summary>
    public const int MaxReply = UdpSendBatch.MaxDatagramBytes;

    private const int MaxCookie = 128, BatchesPerTurn = 8, BufferBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(1);

    private readonly SignallingShard _shard;
    private readonly FileDescriptor _socket;
    private readonly UdpReceiveBatch _received = new();
    private readonly UdpSendBatch _unsent = new();
    private readonly NgDocument _document = new();
    private readonly NgWriter _reply = new();
    private readonly NgReplies _replies = new();
    private readonly NgCalls _calls;

    /// <summary>A SIP server holds up its call for each answer, and one that asks again at once would wake us from the rest as well.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.Zero;

    private NgPort(SignallingShard shard, FileDescriptor socket, NgCalls calls)
    {
        (_shard, _socket, _calls) = (shard, socket, calls);
        Address = socket.LocalAddress().ToEndPoint();
    }

    public override int Descriptor => _socket.Number;

    /// <summary>As bound.</summary>
    public IPEndPoint Address { get; }

    public NgCounters Counters => _calls.Counters;

    /// <summary>Requests that failed by an error of ours.</summary>
    public long Faults => _shard.Failures;

    /// <summary>Opens the port and serves it until disposed.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static NgPort Open(NgOptions options, MediaOptions media, AdvertisedAddresses advertised, MediaPlane plane, ILoggerFactory log)
    {
        ILogger logger = log.CreateLogger<NgPort>();
        FileDescriptor socket = FileDescriptor.BindUdp(options.Bind, options.Port, out int error);
        if (socket.IsInvalid)
            throw new IOException(error == Errno.AddressInUse ? "the port is in use" : $"the address cannot be used (errno {error})");
        _ = socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBufferForce, BufferBytes)
            || socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReceiveBuffer, BufferBytes);
        var shard = new SignallingShard(log.CreateLogger<SignallingShard>(), name: "ng", turn: s_turn);
        double unixAtZero = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch - MediaClock.Now).TotalSeconds;
        var calls = new NgCalls(plane, new NgPlaces(options.Interfaces, advertised), LegVoice.For(media, null).Opus, new NgLegLog(logger, shard.Post), media.Timeout, unixAtZero);
        var port = new NgPort(shard, socket, calls);
        if (!IPAddress.IsLoopback(options.Bind)) OpenToOthers(logger, port.Address);
        shard.Attach(port);
        shard.Start();
        shard.Post(port.Sweep);
        return port;
    }

    public override bool Receive()
    {
        for (int batch = 0; batch < BatchesPerTurn; batch++)
        {
            int count = _received.Receive(Descriptor);
            for (int i = 0; i < count; i++) Take(_received.Datagram(i), _received.Source(i));
            if (count < UdpReceiveBatch.Capacity) return false;
        }
        return true;
    }

    public override void Flush() => _unsent.Send(Descriptor);

    /// <summary>Closes the port and every call's legs.</summary>
    public void Dispose()
    {
        _shard.Dispose();
        _calls.Dispose();
        _socket.Dispose();
        _received.Dispose();
        _unsent.Dispose();
    }

    private void Take(ReadOnlySpan<byte> datagram, in NativeSocketAddress sender)
    {
        int blank = datagram.IndexOf((byte)' ');
        if (blank is <= 0 or > MaxCookie || datagram[..blank].ContainsAnyInRange((byte)0, (byte)31))
        {
            Counters.CountMalformed();
            return;
        }
        ReadOnlySpan<byte> cookie = datagram[..blank];
        if (_replies.Find(cookie, sender, _shard.Now) is { IsEmpty: false } earlier)
        {
            Counters.CountRepeated();
            Send(earlier, sender);
            return;
        }
        if (!_document.Load(datagram[(blank + 1)..]))
        {
            Counters.CountMalformed();
            return;
        }
        _reply.Begin(cookie, _document.IsJson);
        try
        {
            _calls.Handle(_document.Root, _reply, _shard.Now);
            if (_reply.Written.Length > MaxReply) Refuse(cookie, "the reply is too long for a datagram");
        }
#pragma warning disable CA1031 // the worker's edge: one request fails and is told so, those behind it do not
        catch (Exception e)
#pragma warning restore CA1031
        {
            _shard.Failed(e);
            Refuse(cookie, "internal error");
        }
        _replies.Add(cookie, sender, _reply.Written, _shard.Now);
        Send(_reply.Written, sender);
    }

    private void Refuse(ReadOnlySpan<byte> cookie, string reason)
    {
        Counters.CountError();
        _reply.Begin(cookie, _document.IsJson);
        _reply.OpenDictionary();
        _reply.Pair("result"u8, "error"u8);
        _reply.Pair("error-reason"u8, reason);
        _reply.CloseDictionary();
    }

    private void Send(ReadOnlySpan<byte> reply, in NativeSocketAddress target)
    {
        if (!_unsent.TryAdd(reply, target, default, 0))
        {
            Flush();
            if (!_unsent.TryAdd(reply, target, default, 0)) return;
        }
        _shard.FlushLater(this);
    }

    private void Sweep()
    {
        _calls.Sweep(_shard.Now);
        _shard.Schedule(s_sweepInterval, Sweep);
    }

    [LoggerMessage(LogLevel.Warning, "The ng port listens on {Address}, which others may reach: it has no log-in, and whoever reaches it can redirect every call's media")]
    private static partial void OpenToOthers(ILogger logger, IPEndPoint address);
}
