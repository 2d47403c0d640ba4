using Tandem.Net.Interop;

namespace Tandem.Net.Datagrams;

/// <summary>
/// How one loop talks to the kernel about its UDP sockets: receive everything that is there, send in one batch, sleep. Created, used and
/// disposed on the loop's thread; only <see cref="Wake"/> may be called from others.
/// </summary>
/// <remarks>An interface because epoll and io_uring stand behind it, chosen by what the kernel allows. Sockets are named by small numbers
/// that the loop chooses; a datagram or a completion of a socket that was removed is never reported under its number's next use.</remarks>
internal interface IDatagramIo : IDisposable
{
    /// <summary>For log and status: one of <see cref="DatagramIo"/>'s.</summary>
    string Name { get; }

    DatagramBuffers Buffers { get; }

    /// <summary>Starts receiving from a bound, non-blocking socket. Takes ownership of it.</summary>
    /// <param name="socket">Its number.</param>
    /// <param name="descriptor">The socket.</param>
    /// <param name="isBusy">Many datagrams come at a time: where each costs a call, they are taken in a row.</param>
    /// <returns>False: the kernel refuses to watch it; the socket is closed.</returns>
    bool Add(int socket, FileDescriptor descriptor, bool isBusy = false);

    /// <summary>Stops receiving and closes. What was queued for sending on it goes out first.</summary>
    void Remove(int socket);

    /// <summary>Takes what has arrived, without waiting. The caller owns the buffers; the span is valid until the next call of this or <see cref="Flush"/>.</summary>
    ReadOnlySpan<ReceivedDatagram> Receive();

    /// <summary>True where the last <see cref="Receive"/> stopped at its limit: more is there now.</summary>
    bool HasMore { get; }

    /// <summary>Times that a datagram had to wait in its socket because no buffer lay ready for it.</summary>
    long BufferShortages { get; }

    /// <summary>Queues a datagram. Takes ownership of the buffer whatever the outcome.</summary>
    void Send(int socket, int buffer, int offset, int length, in NativeSocketAddress target);

    /// <summary>Sends what is queued.</summary>
    /// <returns>The sockets of datagrams that the kernel refused, one entry each; valid until the next call.</returns>
    ReadOnlySpan<int> Flush();

    /// <summary>Sleeps until something can be received, <see cref="Wake"/> or the time-out. Null: no timer.</summary>
    void Wait(TimeSpan? timeout);

    /// <summary>Sleeps until a time of CLOCK_MONOTONIC, whatever arrives meanwhile; an interruption ends it early.</summary>
    void Nap(TimeSpan until);

    /// <summary>Ends the present or next <see cref="Wait"/>. Any thread.</summary>
    void Wake();
}
