namespace Tandem.Defence;

/// <summary>A bucket's measure: what flows in, and what it holds.</summary>
internal readonly record struct RateLimit(double PerSecond, double Burst);
