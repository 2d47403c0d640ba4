using Microsoft.Extensions.Logging;

namespace Appliance.Tests.Signalling;

/// <summary>Keeps what went wrong, so that a test can say it.</summary>
internal sealed class FailureLog : ILogger
{
    public List<Exception> Failures { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null) Failures.Add(exception);
    }
}
