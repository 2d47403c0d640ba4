using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Tls;
using Tandem.Media;

namespace Tandem.Dtls;

/// <summary>The datagrams of one association in memory: the media loop puts in what arrived, a handshake's thread takes it and blocks in between.</summary>
/// <remarks>
/// The loop's side takes no lock: a thread of low priority could hold it. What is sent is gathered until the peer is waited for, so that a
/// flight of five records leaves as one datagram.
/// </remarks>
/// <param name="send">Takes each datagram, and owns it.</param>
internal sealed class DtlsPipe(Action<byte[]> send) : DatagramTransport
{
    // Below the least MTU of IPv6 less its headers: also a tunnel passes it on whole.
    public const int MaxDatagram = 1200;

    private const int MaxWaiting = 16;    // of a peer that sends faster than we think

    private readonly ConcurrentQueue<byte[]> _arrived = new();
    private int _flightLength;
    private DtlsWorker? _reader;
    private volatile bool _cancelled;

    /// <summary>Something has arrived that was not read yet.</summary>
    public bool HasArrived => !_arrived.IsEmpty;

    /// <summary>Datagrams that are read before reading fails: two ends that misunderstand each other could repeat their flights for ever.</summary>
    public int Budget { get; set; } = int.MaxValue;

    /// <summary>When reading fails, by <see cref="MediaClock"/>.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>Who reads now; null: nobody.</summary>
    public DtlsWorker? Reader
    {
        get => Volatile.Read(ref _reader);
        set => Volatile.Write(ref _reader, value);
    }

    /// <summary>Copies a datagram in. The loop's thread; what does not fit is dropped: the peer will repeat it.</summary>
    public void Put(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > DtlsHandshake.MaxRecord || _arrived.Count >= MaxWaiting) return;
        _arrived.Enqueue(datagram.ToArray());
        Reader?.Wake();
    }

    /// <summary>Ends the handshake that reads here.</summary>
    public void Cancel()
    {
        _cancelled = true;
        Reader?.Wake();
    }

    /// <summary>Sends what was gathered.</summary>
    /// <returns>A copy of it; empty: there was nothing.</returns>
    public byte[] Flush()
    {
        if (_flightLength == 0) return [];
        byte[] flight = _reader!.Flight[.._flightLength];
        _flightLength = 0;
        send([.. flight]);
        return flight;
    }

    /// <summary>Sends a datagram, which is the peer's from now on, at once.</summary>
    public void Pass(byte[] datagram) => send(datagram);

    /// <summary>Takes what has arrived, without waiting.</summary>
    public bool TryTake([MaybeNullWhen(false)] out byte[] datagram) => _arrived.TryDequeue(out datagram);

    public int GetReceiveLimit() => DtlsHandshake.MaxRecord;

    public int GetSendLimit() => MaxDatagram;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    /// <returns>Length of the datagram; −1: none in time.</returns>
    public int Receive(Span<byte> buffer, int waitMillis)
    {
        Flush();
        TimeSpan until = MediaClock.Now + TimeSpan.FromMilliseconds(waitMillis);
        byte[]? datagram;
        while (true)
        {
            TimeSpan now = MediaClock.Now;
            if (_cancelled) throw new IOException("it is not wanted any more");
            if (now >= Deadline) throw new IOException("the peer fell silent, or said nothing of use");
            if (_arrived.TryDequeue(out datagram)) break;
            if (now >= until) return -1;
            _reader!.Sleep((until < Deadline ? until : Deadline) - now);
        }
        if (--Budget < 0) throw new IOException("the peer sends without end");
        int length = Math.Min(datagram.Length, buffer.Length);
        datagram.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer)
    {
        if (_flightLength + buffer.Length > MaxDatagram) Flush();
        if (buffer.Length > MaxDatagram)
        {
            send(buffer.ToArray());
            return;
        }
        buffer.CopyTo(_reader!.Flight.AsSpan(_flightLength));
        _flightLength += buffer.Length;
    }

    public void Close() => Flush();
}
