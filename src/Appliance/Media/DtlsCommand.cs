using Tandem.Dtls;

namespace Tandem.Media;

/// <summary>What an association leaves for its leg.</summary>
internal abstract class DtlsCommand(MediaLeg leg, DtlsAssociation from) : LegCommand(leg)
{
    public DtlsAssociation From { get; } = from;
}

/// <summary>To be sent to its peer.</summary>
internal sealed class DtlsDatagram(MediaLeg leg, DtlsAssociation from, byte[] datagram) : DtlsCommand(leg, from)
{
    public byte[] Datagram { get; } = datagram;
}

/// <summary>The handshake is done.</summary>
internal sealed class DtlsKeys(MediaLeg leg, DtlsAssociation from, SrtpSettings keys) : DtlsCommand(leg, from)
{
    public SrtpSettings Keys { get; } = keys;
}

/// <summary>There are no keys, or no more.</summary>
internal sealed class DtlsEnded(MediaLeg leg, DtlsAssociation from, string reason) : DtlsCommand(leg, from)
{
    public string Reason { get; } = reason;
}
