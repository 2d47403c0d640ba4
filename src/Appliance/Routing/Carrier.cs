using System.Text.Json.Serialization;
using Sip.Core.Sdp;
using Tandem.Configuration;

namespace Tandem.Routing;

/// <summary>A provider of calls to and from the outside: a group of gateways with one set of rules.</summary>
public sealed record Carrier
{
    public required string Name { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Networks (CIDR) that its calls come from, besides the addresses of its gateways.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The user (digest account) whose calls are this carrier's, whatever address they come from; null: it is known by its addresses.</summary>
    public string? InboundUser { get; init; }

    /// <summary>Who we are when the carrier challenges us.</summary>
    public string? AuthUser { get; init; }

    /// <summary>A secret: never printed, logged or returned.</summary>
    [JsonIgnore]
    public string? AuthPassword { get; init; }

    /// <summary>Whether there is one, where it is not told.</summary>
    public bool HasAuthPassword { get => field || AuthPassword is not null; init; }

    /// <summary>The only realm whose challenges are answered; null: that of the first challenge of a gateway.</summary>
    public string? AuthRealm { get; init; }

    /// <summary>Whether we register there.</summary>
    public bool Register { get; init; }

    /// <summary>sip:host[:port] to register with; null: the first gateway.</summary>
    public string? Registrar { get; init; }

    public int RegisterSeconds { get; init; } = 3600;

    public SrtpMode Srtp { get; init; } = SrtpMode.Optional;

    /// <summary>In order of preference; empty: those of the host.</summary>
    public IReadOnlyList<CodecName> Codecs { get; init; } = [];

    /// <summary>Calls at once, both directions. 0: no limit.</summary>
    public int MaxCalls { get; init; }

    /// <summary>New calls in one second. 0: no limit.</summary>
    public int MaxCallsPerSecond { get; init; }

    /// <summary>Length of a call. 0: no limit.</summary>
    public int MaxCallSeconds { get; init; }

    public DispatchMethod Dispatch { get; init; }

    /// <summary>Digits to take from the front of the called number, once it is in <see cref="Format"/>.</summary>
    public int Strip { get; init; }

    /// <summary>Digits to put before it, after stripping.</summary>
    public string Prefix { get; init; } = "";

    public NumberFormat Format { get; init; }

    /// <summary>Country code of the carrier's national numbers, digits only; empty: that of the host.</summary>
    public string CountryCode { get; init; } = "";

    public string NationalPrefix { get; init; } = "0";

    public string InternationalPrefix { get; init; } = "00";

    /// <summary>The number that callers without one of their own show; null: none.</summary>
    public string? CallerId { get; init; }

    /// <summary>False: every call shows <see cref="CallerId"/>.</summary>
    public bool CallerIdFromUser { get; init; } = true;

    public IdentityHeader Identity { get; init; } = IdentityHeader.PAssertedIdentity;

    /// <summary>Whether callers may hide their number from the called party (RFC 3323); the carrier is told in the identity header.</summary>
    public bool PrivacyAllowed { get; init; } = true;

    /// <summary>Whether forwarded calls say who forwarded them (RFC 5806).</summary>
    public bool Diversion { get; init; } = true;

    /// <summary>Whether its gateways are asked with OPTIONS how they are.</summary>
    public bool Probe { get; init; } = true;

    public int ProbeSeconds { get; init; } = 30;

    /// <summary>Failures in a row that put a gateway down.</summary>
    public int ProbeDown { get; init; } = 2;

    /// <summary>Successes in a row that bring it up.</summary>
    public int ProbeUp { get; init; } = 1;

    /// <summary>Answers to OPTIONS that count as alive; empty: every final one but 408 and 5xx, of which 501 counts too.</summary>
    public IReadOnlyList<int> ProbeAccepted { get; init; } = [];

    /// <summary>How provisional responses are made reliable with it (RFC 3262).</summary>
    public ReliableMode Reliable { get; init; }

    /// <summary>The session timer that we ask it for (RFC 4028). 0: none, and it is not invited to start one, which would be kept; −1: that of the host.</summary>
    public int SessionSeconds { get; init; } = -1;

    /// <summary>What a minute costs, for comparing only.</summary>
    public decimal Cost { get; init; }

    /// <summary>The name: the rest holds a secret.</summary>
    public override string ToString() => Name;
}
