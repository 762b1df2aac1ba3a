namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>How the app under load is set up.</summary>
/// <param name="Copies">Who makes the copies.</param>
/// <param name="Shadow">Where they go.</param>
internal sealed record AppSettings(CopiedBy Copies, string? Shadow = null)
{
    public double Percent { get; init; } = 100;

    public bool Protection { get; init; } = true;

    /// <summary>
    /// Whether the limits are wide enough for every copy of a saturated app without protection: with the default ones some are refused,
    /// as they should be, and what is not sent costs nothing.
    /// </summary>
    public bool WideLimits { get; init; }
}
