using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using Sip.Core.Messages;
using Tandem.Signalling;

namespace Tandem.Net;

/// <summary>One TCP or TLS connection: bytes in, messages out of them; messages queued, bytes out.</summary>
/// <remarks>
/// The shard owns it. Reading goes on there; writing is a bounded queue that a pump on the pool empties, so a slow peer holds up
/// nobody, and one that does not read at all is dropped when its queue is full.
/// </remarks>
#pragma warning disable CA1001 // a cancellation source without a timer holds nothing to dispose
internal sealed partial class StreamChannel : SipChannel
#pragma warning restore CA1001
{
    private const int MaxMalformed = 10;

    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);
    private static readonly PipeOptions s_queue = new(pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly SipTransports _owner;
    private readonly SignallingShard _shard;
    private readonly SipListenOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _opening = new();
    private readonly Pipe _queue = new(s_queue);
    private readonly StreamAssembler _assembler = new();
    private readonly ShardTimer _deadline;
    private readonly TaskCompletionSource _readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamWire? _wire;
    private Task _pump = Task.CompletedTask;
    private int _queued;
    private int _malformed;
    private bool _ended;
    private volatile bool _open = true;

    public StreamChannel(SipTransports owner, SignallingShard shard, SipListenOptions options, ILogger logger,
        SipTransport transport, IPEndPoint local, IPEndPoint remote, bool isOutgoing, string tlsName)
    {
        _owner = owner;
        _shard = shard;
        _options = options;
        _logger = logger;
        IsOutgoing = isOutgoing;
        TlsName = tlsName;
        Flow = new SipFlow(transport, local, remote, this);
        _deadline = shard.CreateTimer(static self => ((StreamChannel)self!).OnDeadline(), this);
    }

    public SipFlow Flow { get; }

    public bool IsOutgoing { get; }

    /// <summary>The name that the peer's certificate was checked against; empty where none was.</summary>
    public string TlsName { get; }

    /// <summary>Queues messages from the start: those of a connection that is still being made go out when it stands.</summary>
    public override bool IsOpen => _open;

    /// <summary>Opens, reads until the end, cleans up. Shard thread; <paramref name="open"/> runs on the pool.</summary>
    public async Task RunAsync(Func<CancellationToken, Task<StreamWire>> open)
    {
        string reason;
        try
        {
            _deadline.SetAfter(_options.HandshakeTimeout);
            StreamWire wire = await Task.Run(() => open(_opening.Token));
            if (_ended)
            {
                wire.Dispose();
                return;
            }

            Opened(wire);
            reason = await ReadAsync(wire.Input);
            _readingEnded.TrySetResult();
            if (wire.IsSecure && !_open && !_ended)
            {
                await _pump;
                await wire.DrainAsync();
            }
        }
#pragma warning disable CA1031 // the worker's edge: whatever happens on a connection ends that connection
        catch (Exception e)
#pragma warning restore CA1031
        {
            reason = e is OperationCanceledException ? "time-out" : e.GetBaseException().Message;
            if (_wire is null) _owner.Counters.HandshakeFailed();
        }

        _readingEnded.TrySetResult();
        End(reason);
        _wire?.Input.Complete();
    }

    public override bool Send(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (!_open) return false;
        if (Volatile.Read(ref _queued) > _options.WriteQueueBytes - message.Length)
        {
            _owner.Counters.Overflow();
            End("the peer does not read");
            return false;
        }

        Enqueue(message);
        return true;
    }

    /// <summary>Takes no more messages, sends what is queued, and ends.</summary>
    public override void Close(string reason)
    {
        if (!_open) return;
        Leave(reason);
        _queue.Writer.Complete();
        if (_wire is not { } wire)
        {
            End(reason);
            return;
        }
        _deadline.SetAfter(s_linger);
        if (wire.IsSecure) wire.Input.CancelPendingRead();
    }

    private void Opened(StreamWire wire)
    {
        _wire = wire;
        if (IsOutgoing && wire.LocalEndPoint is { } local) Flow.Local = local;
        if (IsOutgoing) _deadline.Cancel();
        else _deadline.SetAfter(_options.FirstMessageTimeout);
        _pump = Task.Run(() => PumpAsync(wire));
    }

    private async Task<string> ReadAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            if (_ended || result.IsCanceled) return "closed";
            string? error = Take(result.Buffer);
            input.AdvanceTo(result.Buffer.End);
            if (error is not null) return error;
            if (result.IsCompleted) return _assembler.IsEmpty ? "the peer closed" : "the peer closed within a message";
        }
    }

    /// <summary>Hands on every whole message; null, or why the connection must end.</summary>
    private string? Take(in ReadOnlySequence<byte> bytes)
    {
        bool whole = false;
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            if (!_open) return null;    // lingering: what still comes is not ours to act on
            _assembler.Append(segment.Span);
            while (_open && _assembler.TryNext(out StreamEvent what, out ReadOnlySpan<byte> message))
            {
                switch (what)
                {
                    case StreamEvent.Message:
                        whole = true;
                        if (!_owner.Deliver(Flow, message) && ++_malformed >= MaxMalformed) Close("too many malformed messages");
                        break;
                    case StreamEvent.KeepAlive:
                        whole = true;
                        _owner.Counters.KeepAlive();
                        if (!Send(Flow, "\r\n"u8)) return "closed";
                        break;
                    case StreamEvent.Error:
                        SipParseError error = _assembler.Error;
                        _owner.DeliverMalformed(Flow, error, message);
                        Close($"the stream cannot be cut into messages: {error}");
                        break;
                }
            }
        }

        if (_open) Await(whole);
        return null;
    }

    /// <summary>A message once begun must be finished in time; between messages a connection that has brought one may rest.</summary>
    private void Await(bool whole)
    {
        if (_assembler.IsEmpty && (whole || !_deadline.IsSet)) _deadline.Cancel();
        else if (whole || !_deadline.IsSet) _deadline.SetAfter(_options.FirstMessageTimeout);
    }

    private void OnDeadline()
    {
        if (_wire is null)
        {
            _opening.Cancel();    // RunAsync ends it
            return;
        }

        End(_open ? "no whole message in time" : "closed");
    }

    private void Enqueue(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref _queued, bytes.Length);
        _queue.Writer.Write(bytes);
        ValueTask<FlushResult> flush = _queue.Writer.FlushAsync();
        if (flush.IsCompleted) flush.GetAwaiter().GetResult();    // always: the queue has no threshold of its own, Send keeps its bound
        else _ = flush.AsTask();
        _owner.Counters.Sent(1, 0);
    }

    /// <summary>Empties the queue into the connection. Thread pool; ends when the queue is completed or the connection fails.</summary>
    private async Task PumpAsync(StreamWire wire)
    {
        PipeReader queue = _queue.Reader;
        try
        {
            while (true)
            {
                ReadResult result = await queue.ReadAsync().ConfigureAwait(false);
                if (result.IsCanceled) break;
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    FlushResult flushed = await wire.Output.WriteAsync(segment).ConfigureAwait(false);
                    if (flushed.IsCompleted || flushed.IsCanceled) throw new IOException("the connection is closed");
                    Interlocked.Add(ref _queued, -segment.Length);
                }

                queue.AdvanceTo(result.Buffer.End);
                if (!result.IsCompleted) continue;
                if (wire.IsSecure) await _readingEnded.Task.ConfigureAwait(false);
                await wire.FinishAsync().ConfigureAwait(false);
                break;
            }
        }
#pragma warning disable CA1031 // the worker's edge: a write that fails ends the connection
        catch (Exception e)
#pragma warning restore CA1031
        {
            _shard.Post(static state => { var (self, why) = ((StreamChannel, string))state!; self.End(why); }, (this, e.GetBaseException().Message));
        }

        await queue.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>From here on it takes nothing more; the tables forget it and whoever holds the flow is told.</summary>
    private void Leave(string reason)
    {
        if (!_open) return;
        _open = false;
        LogClosed(_logger, Flow, reason);
        _owner.Forget(this);
    }

    /// <summary>Drops the connection at once.</summary>
    private void End(string reason)
    {
        if (_ended) return;
        _ended = true;
        Leave(reason);
        _deadline.Cancel();
        _opening.Cancel();
        _queue.Reader.CancelPendingRead();
        _assembler.Stop();
        if (_wire is not { } wire) return;
        wire.Input.CancelPendingRead();
        _ = Task.Run(async () =>
        {
            wire.Abort();
            await Task.WhenAll(_readingEnded.Task, _pump).ConfigureAwait(false);
            wire.Dispose();
        });
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection {Flow} ended: {Reason}")]
    private static partial void LogClosed(ILogger logger, SipFlow flow, string reason);
}
