namespace Tandem.Routing;

/// <summary>One rule that was looked at.</summary>
/// <param name="Rule">What it is: <c>route spain</c>, <c>blocked +34906</c>, <c>carrier acme</c>.</param>
/// <param name="Taken">Whether it had a part in the decision.</param>
/// <param name="Why">In words.</param>
public sealed record RouteTrace(string Rule, bool Taken, string Why);
