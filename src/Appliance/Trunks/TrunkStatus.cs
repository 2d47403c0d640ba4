namespace Tandem.Trunks;

/// <summary>How carriers and gateways are, in the time of day.</summary>
public sealed record TrunkStatus(IReadOnlyList<GatewayReport> Gateways, IReadOnlyList<RegistrationReport> Registrations)
{
    public static TrunkStatus Empty { get; } = new([], []);

    public GatewayReport? FindGateway(string carrier, string name) =>
        Gateways.FirstOrDefault(gateway => gateway.Carrier == carrier && gateway.Name == name);

    public RegistrationReport? FindRegistration(string carrier) => Registrations.FirstOrDefault(registration => registration.Carrier == carrier);
}

/// <summary>How one gateway is.</summary>
/// <param name="State">up, held, down, draining or disabled.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="LatencyMs">From a request to its first response, smoothed; null: nothing was heard yet.</param>
/// <param name="LastCode">The last final status, 408 for silence, 503 for no way there; null: not asked yet.</param>
/// <param name="Calls">Calls that it carries now.</param>
/// <param name="HeldUntil">The end of the pause it asked for by Retry-After.</param>
public sealed record GatewayReport(string Carrier, string Name, string State, DateTimeOffset Since, double? LatencyMs, int? LastCode, int Calls,
    DateTimeOffset? HeldUntil);

/// <summary>How the registration with one carrier is.</summary>
/// <param name="State">trying, registered, failing or refused.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="LastCode">The last final status; null: none yet.</param>
/// <param name="Expires">When what was granted is over; null: nothing is.</param>
/// <param name="NextTry">When the registrar is asked again.</param>
/// <param name="Problem">What is wrong, in words; null: nothing.</param>
public sealed record RegistrationReport(string Carrier, string State, DateTimeOffset Since, int? LastCode, DateTimeOffset? Expires,
    DateTimeOffset? NextTry, string? Problem);
