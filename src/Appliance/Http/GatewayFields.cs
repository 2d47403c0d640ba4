using System.ComponentModel;
using Tandem.Routing;

namespace Tandem.Http;

/// <summary>A gateway as it is given: what is null stays as it is, or for a new one has its default.</summary>
public sealed record GatewayFields
{
    [Description("The carrier that it belongs to.")]
    public required string Carrier { get; init; }

    [Description("The gateway's name within its carrier.")]
    public required string Name { get; init; }

    [Description("sip:host[:port][;transport=udp|tcp|tls]; a host name is resolved as RFC 3263 says.")]
    public string? Uri { get; init; }

    [Description("The lowest is tried first.")]
    public int? Priority { get; init; }

    [Description("Its share beside others of the same priority.")]
    public int? Weight { get; init; }

    [Description("Whether calls go to it.")]
    public bool? Enabled { get; init; }

    [Description("True: it gets no new calls, those it has go on.")]
    public bool? Draining { get; init; }

    /// <summary>The gateway that it is from now on.</summary>
    /// <exception cref="ApiException">A field is wrong.</exception>
    internal Gateway Over(Gateway? before, Referents known)
    {
        known.CheckCarrier("carrier", Carrier);
        Gateway old = before ?? new Gateway(Carrier, Fields.Name("name", Name), "");
        Fields.Check(Uri is not null || before is not null, "uri", "a new gateway needs an address.", "Write sip:host, sip:host:5080 or sip:host;transport=tls.");
        return old with
        {
            Uri = Uri is null ? old.Uri : Fields.PeerUri("uri", Uri),
            Priority = Fields.Range("priority", Priority ?? old.Priority, 0, 1_000_000),
            Weight = Fields.Range("weight", Weight ?? old.Weight, 1, 10_000),
            Enabled = Enabled ?? old.Enabled,
            Draining = Draining ?? old.Draining,
        };
    }
}
