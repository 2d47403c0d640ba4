using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Dtls;
using Tandem.Media;
using Tandem.Net.Interop;

namespace Appliance.Tests.Dtls;

/// <summary>A client and a server of ours, and a wire between them that a test may damage. Nothing sleeps: flights are repeated after 5 ms.</summary>
internal sealed class DtlsPair : IDisposable
{
    private static readonly NativeSocketAddress s_clientAddress = NativeSocketAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1111));
    private static readonly NativeSocketAddress s_serverAddress = NativeSocketAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 2222));

    private readonly Lock _wire = new();

    private readonly List<DtlsEndpoint> _own = [];
    private readonly TimeSpan _limit;

    /// <param name="server">Null: one of its own.</param>
    /// <param name="client">The same.</param>
    /// <param name="limit">Of handshakes at endpoints of its own.</param>
    public DtlsPair(DtlsEndpoint? server = null, DtlsEndpoint? client = null, TimeSpan? limit = null)
    {
        _limit = limit ?? DtlsWorkers.Limit;
        ClientEndpoint = client ?? Make();
        ServerEndpoint = server ?? Make();
    }

    public DtlsEndpoint ClientEndpoint { get; }

    public DtlsEndpoint ServerEndpoint { get; }

    /// <summary>What becomes of each datagram on its way: nothing, itself, or others instead.</summary>
    public Func<bool, byte[], IEnumerable<byte[]>> Wire { get; set; } = (_, datagram) => [datagram];

    public List<DtlsFingerprint>? ClientExpects { get; set; }

    public List<DtlsFingerprint>? ServerExpects { get; set; }

    /// <summary>The server asks for a cookie.</summary>
    public bool Unproven { get; set; }

    public DtlsAssociation Client { get; private set; } = null!;

    public DtlsAssociation Server { get; private set; } = null!;

    public Outcome ClientOutcome { get; } = new();

    public Outcome ServerOutcome { get; } = new();

    /// <summary>Handshakes until both ends have come to an end of it.</summary>
    public void Run()
    {
        Begin();
        ClientOutcome.Wait();
        ServerOutcome.Wait();
    }

    public void Begin()
    {
        Client = new DtlsAssociation(ClientEndpoint, new DtlsSettings(DtlsRole.Client, ClientExpects ?? [ServerEndpoint.Fingerprint]), s_serverAddress, proven: true,
            (_, datagram) => Carry(toServer: true, datagram), (_, keys) => ClientOutcome.Set(keys), (_, reason) => ClientOutcome.Set(reason));
        Server = new DtlsAssociation(ServerEndpoint, new DtlsSettings(DtlsRole.Server, ServerExpects ?? [ClientEndpoint.Fingerprint]), s_clientAddress, !Unproven,
            (_, datagram) => Carry(toServer: false, datagram), (_, keys) => ServerOutcome.Set(keys), (_, reason) => ServerOutcome.Set(reason));
        Server.Start(MediaClock.Now);
        Client.Start(MediaClock.Now);
    }

    /// <summary>The records of a datagram.</summary>
    public static List<byte[]> Records(byte[] datagram)
    {
        List<byte[]> records = [];
        for (int at = 0; at + 13 <= datagram.Length;)
        {
            int length = 13 + BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(at + 11));
            records.Add(datagram[at..Math.Min(at + length, datagram.Length)]);
            at += length;
        }
        return records;
    }

    /// <summary>Cuts the one handshake message of a record into fragments, each in a record of its own (RFC 6347 §4.2.3).</summary>
    public static List<byte[]> Fragments(byte[] record, int count, int firstRecordNumber)
    {
        byte[] body = record[25..];
        List<byte[]> fragments = [];
        for (int i = 0; i < count; i++)
        {
            int from = body.Length * i / count, length = body.Length * (i + 1) / count - from;
            byte[] fragment = [.. record[..25], .. body.AsSpan(from, length)];
            BinaryPrimitives.WriteUInt32BigEndian(fragment.AsSpan(7), (uint)(firstRecordNumber + i));
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(11), (ushort)(12 + length));
            (fragment[19], fragment[20], fragment[21]) = (0, (byte)(from >> 8), (byte)from);
            (fragment[22], fragment[23], fragment[24]) = (0, (byte)(length >> 8), (byte)length);
            fragments.Add(fragment);
        }
        return fragments;
    }

    public void Dispose()
    {
        Client?.Cancel();
        Server?.Cancel();
        foreach (DtlsEndpoint endpoint in _own) endpoint.Dispose();
    }

    private DtlsEndpoint Make()
    {
        var made = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance) { FirstResendMs = 5, HandshakeLimit = _limit };
        _own.Add(made);
        return made;
    }

    private void Carry(bool toServer, byte[] datagram)
    {
        lock (_wire)
        {
            foreach (byte[] arrives in Wire(toServer, datagram)) (toServer ? Server : Client).Put(arrives);
        }
    }

    internal sealed class Outcome
    {
        private readonly TaskCompletionSource _done = new();
        private readonly TaskCompletionSource _ended = new();

        public SrtpSettings? Keys { get; private set; }

        public string? Reason { get; private set; }

        public void Set(SrtpSettings keys)
        {
            Keys = keys;
            _done.TrySetResult();
        }

        public void Set(string reason)
        {
            Reason = reason;
            _done.TrySetResult();
            _ended.TrySetResult();
        }

        public void Wait() => Xunit.Assert.True(_done.Task.Wait(TimeSpan.FromSeconds(30)), "no outcome");

        public void WaitForEnd() => Xunit.Assert.True(_ended.Task.Wait(TimeSpan.FromSeconds(30)), "no end");
    }
}
