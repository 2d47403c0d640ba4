namespace Tandem.Signalling;

/// <summary>A NAPTR record (RFC 3403 §4.1), as far as SIP uses it (RFC 3263 §4.1).</summary>
/// <param name="Order">The lowest first; what comes behind is not looked at once a service is known.</param>
/// <param name="Preference">Within an order the lowest first.</param>
/// <param name="Flags">"s": the replacement is the name of SRV records.</param>
/// <param name="Service">SIP+D2U, SIP+D2T, SIPS+D2T.</param>
/// <param name="Replacement">The next name to ask for.</param>
public sealed record NamePointer(int Order, int Preference, string Flags, string Service, string Replacement);
