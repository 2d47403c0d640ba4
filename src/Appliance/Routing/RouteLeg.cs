namespace Tandem.Routing;

/// <summary>One carrier to try.</summary>
/// <param name="Called">The number as this carrier wants it, digits stripped and put before it.</param>
/// <param name="CallerId">The caller's number as this carrier wants it; null: none to show.</param>
/// <param name="Route">The route that led here.</param>
public sealed record RouteLeg(Carrier Carrier, string Called, string? CallerId, string Route, decimal Cost);
