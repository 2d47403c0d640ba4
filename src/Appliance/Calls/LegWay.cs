using Tandem.Routing;

namespace Tandem.Calls;

/// <summary>The carrier that a leg comes from or goes to.</summary>
/// <param name="Gateway">Its name; null: a source that is no gateway of the carrier.</param>
internal sealed record LegWay(Carrier Carrier, string? Gateway);
