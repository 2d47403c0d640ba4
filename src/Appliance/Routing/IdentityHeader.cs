namespace Tandem.Routing;

/// <summary>The header besides From that tells a carrier who calls.</summary>
public enum IdentityHeader
{
    None,

    /// <summary>RFC 3325.</summary>
    PAssertedIdentity,

    /// <summary>draft-ietf-sip-privacy-04, which older switches still read.</summary>
    RemotePartyId,
}
