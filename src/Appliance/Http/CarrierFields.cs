using System.ComponentModel;
using System.Net;
using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Routing;

namespace Tandem.Http;

/// <summary>A carrier as it is given: what is null stays as it is, or for a new one has its default; an empty text takes a value away.</summary>
public sealed record CarrierFields
{
    [Description("The carrier's name.")]
    public required string Name { get; init; }

    [Description("Whether calls go through it and are taken from it.")]
    public bool? Enabled { get; init; }

    [Description("Networks or addresses that its calls come from, besides its gateways'.")]
    public IReadOnlyList<string>? Sources { get; init; }

    [Description("The user that its calls have to authenticate as; its addresses (sources, gateways) make no call its own any more.")]
    public string? InboundUser { get; init; }

    [Description("Account name for its challenges and for registering.")]
    public string? AuthUser { get; init; }

    [Description("Password of that account; it is never shown again. On the command line - reads it from standard input.")]
    public string? AuthPassword { get; init; }

    [Description("The only realm whose challenges are answered.")]
    public string? AuthRealm { get; init; }

    [Description("Whether to register with it.")]
    public bool? Register { get; init; }

    [Description("Where to register, sip:host[:port][;transport=…]; without it at the first gateway.")]
    public string? Registrar { get; init; }

    [Description("Length of a registration in seconds.")]
    public int? RegisterSeconds { get; init; }

    [Description("Whether its media is encrypted: off, optional, required.")]
    public SrtpMode? Srtp { get; init; }

    [Description("Its codecs in order of preference; empty: those of the host.")]
    public IReadOnlyList<string>? Codecs { get; init; }

    [Description("Calls at once, both directions; 0: no limit.")]
    public int? MaxCalls { get; init; }

    [Description("New calls in a second; 0: no limit.")]
    public int? MaxCallsPerSecond { get; init; }

    [Description("Longest call in seconds; 0: no limit.")]
    public int? MaxCallSeconds { get; init; }

    [Description("Order in which its gateways are tried: priority, weight, round_robin, least_calls, call_id_hash.")]
    public DispatchMethod? Dispatch { get; init; }

    [Description("Characters to take from the front of called numbers, once they are in its format; a + counts.")]
    public int? Strip { get; init; }

    [Description("What to put before called numbers after that.")]
    public string? Prefix { get; init; }

    [Description("How it writes numbers: as_dialled, e164 (34911234567), e164_plus (+34911234567), national (0911234567, 0034…).")]
    public NumberFormat? Format { get; init; }

    [Description("Country code of its national numbers; empty: numbers are as in [numbers] of the settings.")]
    public string? CountryCode { get; init; }

    [Description("Before national numbers, where country_code is given.")]
    public string? NationalPrefix { get; init; }

    [Description("Before country codes, where country_code is given.")]
    public string? InternationalPrefix { get; init; }

    [Description("The number that callers without one of their own show.")]
    public string? CallerId { get; init; }

    [Description("Whether users show their own number; false: all show caller_id.")]
    public bool? CallerIdFromUser { get; init; }

    [Description("The header that says who calls: none, p_asserted_identity, remote_party_id.")]
    public IdentityHeader? Identity { get; init; }

    [Description("Whether callers may hide their number.")]
    public bool? PrivacyAllowed { get; init; }

    [Description("Whether forwarded calls say who forwarded them (Diversion).")]
    public bool? Diversion { get; init; }

    [Description("Whether its gateways are asked with OPTIONS how they are.")]
    public bool? Probe { get; init; }

    [Description("How often, in seconds.")]
    public int? ProbeSeconds { get; init; }

    [Description("Failures in a row that put a gateway down.")]
    public int? ProbeDown { get; init; }

    [Description("Successes in a row that bring it up.")]
    public int? ProbeUp { get; init; }

    [Description("Answers to OPTIONS that count as alive; empty: all but 408 and 5xx.")]
    public IReadOnlyList<int>? ProbeAccepted { get; init; }

    [Description("Acknowledged provisional responses (100rel, PRACK): host (as sip.reliable_provisional), off, supported, required.")]
    public ReliableMode? Reliable { get; init; }

    [Description("Session timer to ask for, in seconds, at least 90; 0: none, and Supported does not name it; -1: sip.session_expires.")]
    public int? SessionSeconds { get; init; }

    [Description("What a minute costs: the cheapest carrier of a route is tried first.")]
    public decimal? Cost { get; init; }

    /// <summary>The carrier that it is from now on.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal Carrier Over(Carrier? before, Referents known)
    {
        Carrier old = before ?? new Carrier { Name = Fields.Name("name", Name) };
        Carrier carrier = old with
        {
            Enabled = Enabled ?? old.Enabled,
            Sources = Sources is null ? old.Sources : SourcesOf(Sources, known),
            InboundUser = Fields.Keep(InboundUser, old.InboundUser),
            AuthUser = Fields.Text("auth_user", Fields.Keep(AuthUser, old.AuthUser), 255),
            AuthPassword = Fields.Text("auth_password", AuthPassword is null ? old.AuthPassword : AuthPassword.Length == 0 ? null : AuthPassword, 255),
            AuthRealm = Fields.Text("auth_realm", Fields.Keep(AuthRealm, old.AuthRealm), 255),
            Register = Register ?? old.Register,
            Registrar = Fields.Keep(Registrar, old.Registrar) is { } registrar ? Fields.PeerUri("registrar", registrar) : null,
            RegisterSeconds = Fields.Range("register_seconds", RegisterSeconds ?? old.RegisterSeconds, 30, 86400),
            Srtp = Srtp ?? old.Srtp,
            Codecs = Codecs is null ? old.Codecs : CodecsOf(Codecs),
            MaxCalls = Fields.Range("max_calls", MaxCalls ?? old.MaxCalls, 0, 1_000_000),
            MaxCallsPerSecond = Fields.Range("max_calls_per_second", MaxCallsPerSecond ?? old.MaxCallsPerSecond, 0, 100_000),
            MaxCallSeconds = Fields.Range("max_call_seconds", MaxCallSeconds ?? old.MaxCallSeconds, 0, 604_800),
            Dispatch = Dispatch ?? old.Dispatch,
            Strip = Fields.Range("strip", Strip ?? old.Strip, 0, 32),
            Prefix = Fields.Prefix("prefix", Prefix ?? old.Prefix),
            Format = Format ?? old.Format,
            CountryCode = Fields.Digits("country_code", CountryCode ?? old.CountryCode, 4),
            NationalPrefix = Fields.Digits("national_prefix", NationalPrefix ?? old.NationalPrefix, 8),
            InternationalPrefix = Fields.Digits("international_prefix", InternationalPrefix ?? old.InternationalPrefix, 8),
            CallerId = Fields.Number("caller_id", Fields.Keep(CallerId, old.CallerId)),
            CallerIdFromUser = CallerIdFromUser ?? old.CallerIdFromUser,
            Identity = Identity ?? old.Identity,
            PrivacyAllowed = PrivacyAllowed ?? old.PrivacyAllowed,
            Diversion = Diversion ?? old.Diversion,
            Probe = Probe ?? old.Probe,
            ProbeSeconds = Fields.Range("probe_seconds", ProbeSeconds ?? old.ProbeSeconds, 1, 3600),
            ProbeDown = Fields.Range("probe_down", ProbeDown ?? old.ProbeDown, 1, 100),
            ProbeUp = Fields.Range("probe_up", ProbeUp ?? old.ProbeUp, 1, 100),
            ProbeAccepted = ProbeAccepted is null ? old.ProbeAccepted : [.. ProbeAccepted.Select(code => Fields.Range("probe_accepted", code, 200, 699))],
            Reliable = Reliable ?? old.Reliable,
            SessionSeconds = SessionOf(SessionSeconds ?? old.SessionSeconds),
            Cost = Fields.Cost("cost", Cost ?? old.Cost),
        };
        CheckTogether(carrier, known);
        return carrier;
    }

    private static void CheckTogether(Carrier carrier, Referents known)
    {
        Fields.Check(!carrier.Register || carrier.AuthUser is not null, "register", "registering needs an account.", "Give auth_user (and auth_password) too.");
        if (carrier.InboundUser is not { } user) return;
        known.CheckUser("inbound_user", user);
        if (known.Carriers.Values.FirstOrDefault(other => other.InboundUser == user && other.Name != carrier.Name) is { } taken)
            throw Fields.Fault(409, "inbound_user", $"{user} is the account of carrier {taken.Name} already.", "Give each carrier a user of its own.");
    }

    private List<string> SourcesOf(IReadOnlyList<string> texts, Referents known)
    {
        List<string> sources = [];
        foreach (string text in texts)
        {
            bool valid = IPNetwork.TryParse(text, out IPNetwork network);
            if (!valid && IPAddress.TryParse(text, out IPAddress? address))
                (valid, network) = (true, new IPNetwork(address, address.GetAddressBytes().Length * 8));
            Fields.Check(valid, "sources", $"'{text}' is not a network.", "Write an address or a network, for example 192.0.2.0/28.");
            Fields.Check(network.PrefixLength > 0, "sources", $"{text} is everybody.", "Name the networks that the carrier documents.");
            string source = network.ToString();
            if (known.Carriers.Values.FirstOrDefault(other => other.Name != Name && other.Sources.Contains(source)) is { } taken)
                throw Fields.Fault(409, "sources", $"{source} belongs to carrier {taken.Name} already.", "A call's source has to tell which carrier it is.");
            if (!sources.Contains(source)) sources.Add(source);
        }
        return sources;
    }

    /// <summary>RFC 4028 §4 knows no session under 90 s.</summary>
    private static int SessionOf(int seconds)
    {
        Fields.Check(seconds is -1 or 0 or (>= 90 and <= 86400), "session_seconds", $"{seconds} is out of range.",
            "Use a whole number from 90 to 86400, 0 for no timer, or -1 for the host's.");
        return seconds;
    }

    private static IReadOnlyList<CodecName> CodecsOf(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return [];
        bool valid = CodecName.TryParseList(string.Join(',', names), out IReadOnlyList<CodecName> codecs);
        Fields.Check(valid, "codecs", $"'{string.Join(", ", names)}' is no list of codecs.", $"Use some of {CodecName.Known}, each once.");
        return codecs;
    }
}
