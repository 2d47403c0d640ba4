using Microsoft.Extensions.Logging;

namespace Tandem.Configuration;

/// <summary>Section <c>[log]</c>.</summary>
public sealed record LogOptions
{
    [Setting("level", "What is logged.", Choices = "trace|debug|information|warning|error|critical")]
    public LogLevel Level { get; init; } = LogLevel.Information;
}
