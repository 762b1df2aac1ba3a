using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Tests.Common;

/// <inheritdoc />
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
