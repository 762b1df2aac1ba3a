using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Tests.Common;

/// <summary>One message of a log.</summary>
internal sealed record LogLine(LogLevel Level, int EventId, string Message, Exception? Exception);
