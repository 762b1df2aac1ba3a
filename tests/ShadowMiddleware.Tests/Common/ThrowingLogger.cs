using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Tests.Common;

/// <summary>A logging provider at its worst.</summary>
internal sealed class ThrowingLogger : ILogger
{
    public int Calls { get; private set; }

    /// <summary>Whether the question alone, if it is enabled, throws already.</summary>
    public bool ThrowsWhenAsked { get; init; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => throw new InvalidOperationException("scope");

    public bool IsEnabled(LogLevel logLevel)
    {
        Calls++;
        return ThrowsWhenAsked ? throw new InvalidOperationException("enabled") : true;
    }

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        Calls++;
        throw new InvalidOperationException("log");
    }
}
