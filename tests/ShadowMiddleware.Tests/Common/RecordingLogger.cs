using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Keeps what was logged.</summary>
internal class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public LogLine[] Lines => [.. _lines];

    public LogLine[] Of(int eventId) => [.. _lines.Where(line => line.EventId == eventId)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _lines.Enqueue(new LogLine(logLevel, eventId.Id, formatter(state, exception), exception));
}
