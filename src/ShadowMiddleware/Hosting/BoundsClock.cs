namespace ShadowMiddleware.Hosting;

/// <summary>
/// The clock that every bound runs by: timeouts, queue times, the drain. It is the system's, whatever clock the app has registered for itself: one that
/// stands still would keep the host from stopping. The app's own clock rules <see cref="ShadowOptions.Until"/> alone.
/// </summary>
internal sealed record BoundsClock(TimeProvider Time);
