using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Keeps everything that a host logs.</summary>
internal sealed class RecordingLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = [];

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    public IEnumerable<LogEntry> OfLibrary =>
        _entries.Where(entry => entry.Category.StartsWith("ShadowMiddleware", StringComparison.Ordinal));

    public void AssertNothingAtErrorOrAbove() =>
        Assert.DoesNotContain(_entries, entry => entry.Level >= LogLevel.Error);

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _entries);

    public void Dispose() { }

    private sealed class Recorder(string category, ConcurrentQueue<LogEntry> entries) : ILogger
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
        ) => entries.Enqueue(new(category, logLevel, formatter(state, exception), exception));
    }
}
