using Microsoft.Extensions.Logging;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Keeps the first error that the library logs. There is no request that should make it log one, but for the app's own code that throws as planned.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    private volatile string? _first;

    public string? First => _first;

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(nameof(ShadowMiddleware), StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel) && exception is not PlannedException)
        {
            _first ??= $"{formatter(state, exception)}\n{exception}";
        }
    }

    public void Dispose() { }
}
