using System.Collections.Concurrent;
using System.Net;
using Appliance.Tests.Media;
using Tandem.Dtls;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Dtls;

/// <summary>A peer that agrees on keys with a <see cref="TestLeg"/>, from an address of its own.</summary>
internal sealed class DtlsPhone
{
    private readonly ConcurrentQueue<byte[]> _outbox = new();
    private readonly DtlsAssociation _association;
    private readonly IPEndPoint _address;
    private readonly DtlsRole _role;
    private bool _begun;

    public DtlsPhone(DtlsEndpoint endpoint, DtlsFingerprint expects, IPEndPoint address, DtlsRole role = DtlsRole.Client)
    {
        (_address, _role) = (address, role);
        _association = new DtlsAssociation(endpoint, new DtlsSettings(role, [expects]), NativeSocketAddress.From(IPAddress.Loopback, 30000), proven: true,
            (_, datagram) => _outbox.Enqueue(datagram), (_, keys) => Keys = keys, (_, reason) => Reason = reason);
    }

    public SrtpSettings? Keys { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Carries datagrams both ways, at one moment of the leg's time, until the phone has come to an outcome and the leg too.</summary>
    public void Handshake(TestLeg leg, TimeSpan now)
    {
        Assert.True(SpinWait.SpinUntil(() => Step(leg, now), TimeSpan.FromSeconds(30)), "no outcome");
    }

    private bool Step(TestLeg leg, TimeSpan now)
    {
        if (!_begun)
        {
            _begun = true;
            _association.Start(MediaClock.Now);
        }
        int events = leg.Events.Count;
        while (_outbox.TryDequeue(out byte[]? datagram)) leg.Receive(datagram, _address, now, out _);
        while (leg.Posted.TryDequeue(out LegCommand? command)) leg.Machine.Execute((DtlsCommand)command, now);
        leg.RunAt(now);
        foreach (SentPacket sent in leg.Sent.FindAll(packet => packet.IsDtls && packet.Target.Equals(_address))) _association.Put(sent.Bytes);
        leg.Sent.RemoveAll(packet => packet.IsDtls);
        return (Keys is not null || Reason is not null) && (_role == DtlsRole.Client || leg.Events.Count > events);
    }
}
