namespace ShadowMiddleware;

/// <summary>What an operator can change while the app runs, for this instance of it.</summary>
/// <remarks>
/// Registered as a singleton by <c>AddTrafficMirroring</c>. Safe to call from any thread at any time; what is set here holds from the next request on, survives
/// reloads of the configuration, and is gone with the process.
/// </remarks>
public interface ITrafficMirroringControl
{
    /// <summary>Limits the share of a shadow, whatever its percent, its rules and the endpoints say.</summary>
    /// <param name="shadow">The name of a shadow that is configured.</param>
    /// <param name="percent">In percent, 0 to 100, fractions allowed. 100, as at the start, is no limit. What falls above it is skipped as <c>not_sampled</c>.</param>
    /// <exception cref="ArgumentException">There is no such shadow.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="shadow"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    void SetCeiling(string shadow, double percent);

    /// <summary>Stops the copying to a shadow, or lets it go on. Requests are skipped as <c>paused</c> meanwhile; what was copied before is still sent.</summary>
    /// <param name="shadow">The name of a shadow that is configured.</param>
    /// <param name="paused">Whether it stops.</param>
    /// <exception cref="ArgumentException">There is no such shadow.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="shadow"/> is <see langword="null"/>.</exception>
    void SetPaused(string shadow, bool paused);
}
