namespace ShadowMiddleware.Soak.Apps;

/// <summary>Thrown by the app's own code within the mirror, for some requests. Nothing but a lost copy and one line of the log may come of it.</summary>
internal sealed class PlannedException() : Exception("Thrown on purpose.");
