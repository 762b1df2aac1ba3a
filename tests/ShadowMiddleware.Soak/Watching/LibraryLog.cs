using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Soak.Apps;

namespace ShadowMiddleware.Soak.Watching;

/// <summary>Counts what the library logs, and looks at what the server logs of exceptions that came out of the pipeline.</summary>
internal sealed class LibraryLog(Findings findings) : ILoggerProvider
{
    /// <summary>A reload was refused: with what the app's own code throws, the one error that a soak brings about on purpose.</summary>
    private const int ReloadRefused = 101;

    private readonly ConcurrentDictionary<(LogLevel Level, int Id), int> _counts = new();

    public int RefusedReloads => Count(LogLevel.Error, ReloadRefused);

    /// <summary>Lines that say that the app's own code threw, as it does on purpose.</summary>
    public int PlannedFaults => Count(LogLevel.Error, EventIds.SelectionFailed);

    public int Warnings => _counts.Where(count => count.Key.Level == LogLevel.Warning).Sum(count => count.Value);

    public int BreakersOpened => Count(LogLevel.Warning, EventIds.BreakerOpened);

    public int BreakersClosed => Count(LogLevel.Information, EventIds.BreakerClosed);

    public int LossesBegan => Count(LogLevel.Warning, EventIds.LossesBegan);

    public int DrainsTimedOut => Count(LogLevel.Warning, EventIds.DrainTimedOut);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("ShadowMiddleware", StringComparison.Ordinal) ? new OfLibrary(this)
        : categoryName.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) ? new OfServer(this)
        : NullLogger.Instance;

    public void Dispose() { }

    private int Count(LogLevel level, int id) => _counts.GetValueOrDefault((level, id));

    private void Add(LogLevel level, EventId id, string message, Exception? exception)
    {
        _counts.AddOrUpdate((level, id.Id), 1, (_, count) => count + 1);
        if (level >= LogLevel.Error && id.Id != ReloadRefused && exception is not PlannedException)
        {
            findings.Add($"The library logged an error: {message}\n{exception}");
        }
    }

    private void Look(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            var thrower = new StackTrace(exception).GetFrame(0)?.GetMethod();
            if (thrower?.DeclaringType?.Assembly == typeof(ShadowOptions).Assembly)
            {
                findings.Add($"An exception of the library came out of the pipeline: {exception}");
            }
        }
    }

    private sealed class OfLibrary(LibraryLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log.Add(logLevel, eventId, formatter(state, exception), exception);
    }

    private sealed class OfServer(LibraryLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => log.Look(exception);
    }
}
