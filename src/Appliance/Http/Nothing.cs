namespace Tandem.Http;

/// <summary>No parameters, or no result beyond success.</summary>
public sealed record Nothing
{
    public static Nothing Value { get; } = new();
}
