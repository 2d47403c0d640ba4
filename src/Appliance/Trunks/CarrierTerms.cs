using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>How sessions with a carrier are made.</summary>
internal static class CarrierTerms
{
    /// <returns>Null: as with everybody.</returns>
    public static SessionTerms? Of(Carrier carrier) => carrier is { Reliable: ReliableMode.Host, SessionSeconds: < 0 } ? null : new SessionTerms
    {
        Reliable = carrier.Reliable switch
        {
            ReliableMode.Off => ReliableProvisional.Off,
            ReliableMode.Supported => ReliableProvisional.Supported,
            ReliableMode.Required => ReliableProvisional.Required,
            _ => null,
        },
        SessionExpires = carrier.SessionSeconds < 0 ? null : TimeSpan.FromSeconds(carrier.SessionSeconds),
    };
}
