namespace Sip.Core.Registration;

/// <summary>What a registrar grants.</summary>
/// <param name="MinExpires">A shorter wish is answered 423 (RFC 3261 §10.2.8).</param>
/// <param name="MaxExpires">A longer wish gets this; also the default.</param>
/// <param name="MaxContacts">Contacts of one address-of-record; one more pushes out the one refreshed longest ago.</param>
public sealed record BindingLimits(TimeSpan MinExpires, TimeSpan MaxExpires, int MaxContacts = 10);
