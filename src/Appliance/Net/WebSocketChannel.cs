using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text.Unicode;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>One WebSocket with SIP on it (RFC 7118): whole messages in, whole messages out.</summary>
/// <remarks>
/// Read on the pool, which posts each whole message to the shard, and only so many ahead of it; what is written waits in a bounded queue
/// that a pump on the pool empties, so a slow peer holds up nobody, and one that does not read is dropped when its queue is full.
/// </remarks>
#pragma warning disable CA1001 // the semaphore has no wait handle, the source's timer is of seconds: nothing to dispose
internal sealed partial class WebSocketChannel : SipChannel
#pragma warning restore CA1001
{
    public const int MaxMessageBytes = 64 * 1024;

    private const int MaxMalformed = 10, MaxAhead = 16, FirstBufferBytes = 4096, PeerClosed = -1;

    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);

    private readonly SipTransports _owner;
    private readonly SignallingShard _shard;
    private readonly ILogger _logger;
    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly WebSocketLimits _limits;
    private readonly Channel<Frame> _queue = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _ahead = new(MaxAhead);
    private readonly CancellationTokenSource _cut = new();
    private int _queued;
    private int _malformed;
    private volatile bool _open = true;
    private WebSocketCloseStatus _goodbye = WebSocketCloseStatus.NormalClosure;
    private string _reason = "";

    public WebSocketChannel(SipTransports owner, SignallingShard shard, ILogger logger, WebSocket socket, SipTransport transport,
        IPEndPoint local, IPEndPoint remote, Action abort, WebSocketLimits limits)
    {
        (_owner, _shard, _logger, _socket, _abort, _limits) = (owner, shard, logger, socket, abort, limits);
        Flow = new SipFlow(transport, local, remote, this);
    }

    public SipFlow Flow { get; }

    public override bool IsOpen => _open;

    /// <summary>Serves the connection until it is over. Pool.</summary>
    public async Task RunAsync()
    {
        _shard.Post(static self => { var channel = (WebSocketChannel)self!; channel._owner.WebSockets.Enter(channel); }, this);
        Task pump = PumpAsync();
        string reason = await ReadAsync().ConfigureAwait(false);
        _shard.Post(static state => { var (self, why) = ((WebSocketChannel, string))state!; self.Close(why); }, (this, reason));
        _cut.CancelAfter(s_linger);
        await pump.ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
        if (_socket.State != WebSocketState.Closed) _abort();
        _socket.Dispose();
    }

    public override bool Send(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (!_open) return false;
        if (Volatile.Read(ref _queued) > _limits.WriteQueueBytes - message.Length)
        {
            _owner.Counters.Overflow();
            End("the peer does not read");
            return false;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(bytes);
        Interlocked.Add(ref _queued, message.Length);
        _queue.Writer.TryWrite(new Frame(bytes, message.Length));
        _owner.Counters.Sent(1, 0);
        return true;
    }

    /// <summary>Takes no more messages, sends what is queued and a Close frame, and ends.</summary>
    public override void Close(string reason) => Leave(reason, WebSocketCloseStatus.NormalClosure);

    /// <summary>From here on it takes nothing more; the tables forget it and whoever holds the flow is told.</summary>
    private void Leave(string reason, WebSocketCloseStatus goodbye)
    {
        if (!_open) return;
        (_reason, _goodbye) = (reason, goodbye);
        _open = false;
        LogClosed(_logger, Flow, reason);
        _owner.WebSockets.Forget(this);
        _queue.Writer.Complete();
        _cut.CancelAfter(s_linger);
    }

    /// <summary>Drops the connection at once.</summary>
    private void End(string reason)
    {
        Leave(reason, WebSocketCloseStatus.PolicyViolation);
        _ = Task.Run(_abort);
    }

    private async Task<string> ReadAsync()
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        try
        {
            while (true)
            {
                (int length, buffer) = await ReadMessageAsync(buffer, late).ConfigureAwait(false);
                if (length == PeerClosed) return "the peer closed";
                if (length > MaxMessageBytes) return Refuse("a message over 64 KiB", WebSocketCloseStatus.MessageTooBig);
                await _ahead.WaitAsync(_cut.Token).ConfigureAwait(false);
                var arrival = new Arrival(this, buffer, length);
                buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
                _shard.Post(static arrival => ((Arrival)arrival!).Deliver(), arrival);
            }
        }
#pragma warning disable CA1031 // the worker's edge: whatever happens on a connection ends that connection
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e is OperationCanceledException ? "no whole message in time" : e.GetBaseException().Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts the fragments of one message together; stops where they are too many.</summary>
    /// <returns>The length, or <see cref="PeerClosed"/>, and the buffer that the bytes are in now.</returns>
    private async ValueTask<(int Length, byte[] Buffer)> ReadMessageAsync(byte[] buffer, CancellationTokenSource late)
    {
        for (int length = 0; ;)
        {
            if (length == buffer.Length) buffer = Grow(buffer);
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(length), late.Token).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return (PeerClosed, buffer);
            bool first = length == 0;
            length += part.Count;
            if (part.EndOfMessage && !first) late.CancelAfter(Timeout.InfiniteTimeSpan);
            if (part.EndOfMessage || length > MaxMessageBytes) return (length, buffer);
            if (first) late.CancelAfter(_limits.MessageTimeout);
        }
    }

    /// <summary>Takes what still comes and drops it, so that the peer reads our goodbye before the connection is cut. Bounded by the linger.</summary>
    private async Task DrainAsync()
    {
        byte[] dropped = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        try
        {
            while (_socket.State == WebSocketState.CloseSent) await _socket.ReceiveAsync(dropped.AsMemory(), _cut.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the worker's edge: it is over
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        ArrayPool<byte>.Shared.Return(dropped);
    }

    private string Refuse(string why, WebSocketCloseStatus status)
    {
        _shard.Post(static state =>
        {
            var (self, reason, goodbye) = ((WebSocketChannel, string, WebSocketCloseStatus))state!;
            self.Leave(reason, goodbye);
        }, (this, why, status));
        return why;
    }

    /// <summary>Twice the room, once more than the limit at most, so that a message over it is seen as such.</summary>
    private static byte[] Grow(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, MaxMessageBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Empties the queue into the connection, one message a frame, then says goodbye. Pool.</summary>
    private async Task PumpAsync()
    {
        try
        {
            await foreach (Frame frame in _queue.Reader.ReadAllAsync(_cut.Token).ConfigureAwait(false))
            {
                ReadOnlyMemory<byte> message = frame.Bytes.AsMemory(0, frame.Length);
                // A text frame of what is no UTF-8 would end the connection (RFC 6455 §8.1); SIP bodies may hold anything (RFC 7118 §5).
                WebSocketMessageType type = Utf8.IsValid(message.Span) ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                await _socket.SendAsync(message, type, endOfMessage: true, _cut.Token).ConfigureAwait(false);
                Interlocked.Add(ref _queued, -frame.Length);
                ArrayPool<byte>.Shared.Return(frame.Bytes);
            }

            await _socket.CloseOutputAsync(_goodbye, _reason, _cut.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the worker's edge: a write that fails ends the connection, which reading then sees
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotWritten(_logger, e, Flow);
            _abort();
        }
    }

    /// <summary>One whole message. Shard thread.</summary>
    private void Take(ReadOnlySpan<byte> message)
    {
        if (!_open) return;
        ReadOnlySpan<byte> text = message.TrimStart("\r\n"u8);
        if (text.IsEmpty)
        {
            _owner.Counters.KeepAlive();
            if (message.Length >= 4) Send(Flow, "\r\n"u8);    // RFC 5626 §4.4.1: a double CRLF asks, a single one answers
        }
        else if (!_owner.Deliver(Flow, text) && ++_malformed >= MaxMalformed)
        {
            Leave("too many malformed messages", WebSocketCloseStatus.PolicyViolation);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Flow} ended: {Reason}")]
    private static partial void LogClosed(ILogger logger, SipFlow flow, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Flow} takes nothing any more")]
    private static partial void LogNotWritten(ILogger logger, Exception e, SipFlow flow);

    private readonly record struct Frame(byte[] Bytes, int Length);

    /// <summary>A message on its way to the shard; gives its place back when it was taken.</summary>
    private sealed class Arrival(WebSocketChannel channel, byte[] bytes, int length)
    {
        public void Deliver()
        {
            try
            {
                channel.Take(bytes.AsSpan(0, length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
                channel._ahead.Release();
            }
        }
    }
}
