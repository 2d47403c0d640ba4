using Sip.Core.Registration;
using Tandem.Net;
using Tandem.Storage;

namespace Tandem.Signalling;

/// <summary>What the registrar is told and what it tells.</summary>
public sealed record RegistrarOptions
{
    public BindingLimits Limits { get; init; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600));

    /// <summary>The bindings of a user after each change: written behind, never waited for. <see cref="RegistrationStore.Save"/>
    /// fits.</summary>
    public Action<string, IReadOnlyList<StoredBinding>>? Save { get; init; }

    /// <summary>Keeps the hole to a phone behind NAT open, and lets it close. Those of <see cref="SipTransports"/> fit.</summary>
    public Action<SipFlow>? KeepAlive { get; init; }

    /// <inheritdoc cref="KeepAlive"/>
    public Action<SipFlow>? StopKeepAlive { get; init; }

    /// <summary>For the times that are stored.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
