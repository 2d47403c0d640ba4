using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace Tandem.Net;

/// <summary>A connected socket as two pipes, with TLS between or without.</summary>
/// <remarks>Opened on the thread pool, so that no handshake is worked out on the signalling thread.</remarks>
internal sealed class StreamWire : IDisposable
{
    private const int TcpLevel = 6, UserTimeout = 18;    // TCP_USER_TIMEOUT
    private const int UserTimeoutMs = 30_000;

    // Handing bytes to the socket, and everything below TLS, is the pool's.
    private static readonly PipeOptions s_pooled = new(useSynchronizationContext: false);

    private readonly SocketConnection _connection;
    private readonly SslStream? _tls;

    private StreamWire(SocketConnection connection, SslStream? tls)
    {
        _connection = connection;
        _tls = tls;
        Input = tls is null ? connection.Input : PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        Output = tls is null ? connection.Output : PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
        LocalEndPoint = connection.Socket.LocalEndPoint as IPEndPoint;
    }

    public PipeReader Input { get; }

    /// <summary>OpenSSL takes one caller at a time, and the framework guards reading against writing only: the goodbye and the end
    /// must wait until reading and writing are over.</summary>
    public bool IsSecure => _tls is not null;

    public PipeWriter Output { get; }

    public IPEndPoint? LocalEndPoint { get; }

    /// <summary>Wraps an accepted socket, after the TLS handshake where <paramref name="tls"/> is given. Owns the socket from the call on.</summary>
    /// <param name="reader">Where whoever reads <see cref="Input"/> goes on.</param>
    public static Task<StreamWire> AcceptAsync(
        Socket socket, SslServerAuthenticationOptions? tls, PipeScheduler reader, CancellationToken cancellation) =>
        OpenAsync(socket, connectTo: null, tls is null ? null : stream => stream.AuthenticateAsServerAsync(tls, cancellation), reader, cancellation);

    /// <summary>Connects a socket and does the TLS handshake where <paramref name="tls"/> is given. Owns the socket from the call on.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    public static Task<StreamWire> ConnectAsync(
        Socket socket, IPEndPoint remote, SslClientAuthenticationOptions? tls, PipeScheduler reader, CancellationToken cancellation) =>
        OpenAsync(socket, remote, tls is null ? null : stream => stream.AuthenticateAsClientAsync(tls, cancellation), reader, cancellation);

    /// <summary>Says goodbye after the last byte: close_notify under TLS, then FIN. Under TLS nobody may be reading any more.</summary>
    public async Task FinishAsync()
    {
        if (_tls is not null) await _tls.ShutdownAsync();
        await _connection.Output.CompleteAsync();
    }

    /// <summary>Takes what still comes and drops it, so that the peer's last bytes do not turn our goodbye into a reset. Ends with the connection.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            ReadResult rest = await _connection.Input.ReadAsync();
            _connection.Input.AdvanceTo(rest.Buffer.End);
            if (rest.IsCompleted || rest.IsCanceled) return;
        }
    }

    /// <summary>Cuts the connection: reading and writing fail and come to their ends. <see cref="Dispose"/> is for after that.</summary>
    public void Abort()
    {
        _connection.Dispose();
        _connection.Socket.Dispose();
    }

    public void Dispose()
    {
        Abort();
        _tls?.Dispose();
    }

    private static async Task<StreamWire> OpenAsync(
        Socket socket, IPEndPoint? connectTo, Func<SslStream, Task>? handshake, PipeScheduler reader, CancellationToken cancellation)
    {
        SocketConnection? connection = null;
        SslStream? tls = null;
        try
        {
            socket.NoDelay = true;
            if (connectTo is not null) await socket.ConnectAsync(connectTo, cancellation).ConfigureAwait(false);
            KeepAlive(socket);
            // The scheduler, not useSynchronizationContext: a pipe forgets the context when data comes between its "nothing yet" and the await.
            PipeOptions receive = handshake is null ? new PipeOptions(readerScheduler: reader, useSynchronizationContext: false) : s_pooled;
            connection = SocketConnection.Create(socket, s_pooled, receive, SocketConnectionOptions.ZeroLengthReads);
            if (handshake is not null)
            {
                tls = new SslStream(new DuplexPipeStream(connection));
                await handshake(tls).ConfigureAwait(false);
            }

            return new StreamWire(connection, tls);
        }
        catch
        {
            tls?.Dispose();
            connection?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The kernel finds out about peers that are gone: probes on an idle connection, and a limit for unacknowledged data.</summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes(UserTimeoutMs));
    }
}
