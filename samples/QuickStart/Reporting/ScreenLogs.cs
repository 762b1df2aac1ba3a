using Microsoft.Extensions.Logging;

namespace QuickStart.Reporting;

/// <summary>Shows the warnings of the services without tearing the progress line apart.</summary>
internal sealed class ScreenLogs(Screen screen) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            screen.WriteLine($"{logLevel}: {formatter(state, exception)}");
            if (exception is not null)
            {
                screen.WriteLine(exception.ToString());
            }
        }
    }

    public void Dispose() { }
}
