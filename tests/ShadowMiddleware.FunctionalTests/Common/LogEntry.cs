using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>One message of a log.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, string Message, Exception? Exception);
