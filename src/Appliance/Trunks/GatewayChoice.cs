using Tandem.Routing;

namespace Tandem.Trunks;

/// <summary>One gateway to try, with the rules of its carrier.</summary>
public sealed record GatewayChoice(Carrier Carrier, Gateway Gateway)
{
    public override string ToString() => $"{Carrier.Name}/{Gateway.Name}";
}
