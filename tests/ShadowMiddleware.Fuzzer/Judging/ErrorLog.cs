using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>
/// Keeps the first error that the library logs, and what it says of reloads. There is no request that should make it log an error, but for the
/// app's own code that throws as planned.
/// </summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    private volatile string? _first;
    private string? _reload;

    public string? First => _first;

    /// <summary>What was said last of a reload, once.</summary>
    public string? TakeReload() => Interlocked.Exchange(ref _reload, null);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(nameof(ShadowMiddleware), StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (eventId.Id is EventIds.ConfigurationReloaded or EventIds.ConfigurationReloadRefused)
        {
            Volatile.Write(ref _reload, formatter(state, exception));
        }
        else if (logLevel >= LogLevel.Error && exception is not PlannedException)
        {
            _first ??= $"{formatter(state, exception)}\n{exception}";
        }
    }

    public void Dispose() { }
}
