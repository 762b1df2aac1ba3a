namespace ShadowMiddleware.Diagnostics;

/// <summary>A failure whose cause may hold a secret: lines of the log say its own message, and the cause is shown at level Debug alone.</summary>
internal sealed class WithheldCauseException(string message, Exception? cause) : Exception(message, cause);
