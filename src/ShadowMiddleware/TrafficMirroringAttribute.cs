using ShadowMiddleware.Selection;

namespace ShadowMiddleware;

/// <summary>Says what share of an endpoint's requests is copied, in the place of the rules and the percent of the configuration.</summary>
/// <remarks>
/// Also in force as metadata of an endpoint, which is what <c>WithTrafficMirroring</c> adds. One that names the shadow beats one that does not, and of equal ones the last, which is that of the endpoint and not
/// of its group or controller. An operator's ceiling is still the limit, and <see cref="DisableTrafficMirroringAttribute"/> beats them all.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class TrafficMirroringAttribute : Attribute
{
    /// <summary>For all shadows.</summary>
    /// <param name="percent">The share in percent, 0 to 100, fractions allowed. 0 skips all, with the reason <c>endpoint</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    public TrafficMirroringAttribute(double percent)
    {
        if (percent is not (>= 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A share is from 0 to 100 percent.");
        }

        Percent = percent;
        EndpointMetadataUse.Note();
    }

    /// <summary>For one shadow.</summary>
    /// <param name="shadow">The name of the shadow. One that is not configured has no effect, and a warning says so at the start.</param>
    /// <param name="percent">The share in percent, 0 to 100, fractions allowed. 0 skips all, with the reason <c>endpoint</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="shadow"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="shadow"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    public TrafficMirroringAttribute(string shadow, double percent)
        : this(percent)
    {
        ArgumentException.ThrowIfNullOrEmpty(shadow);
        Shadow = shadow;
    }

    /// <summary>The name of the shadow; <see langword="null"/>: all.</summary>
    public string? Shadow { get; }

    /// <summary>The share, in percent.</summary>
    public double Percent { get; }
}
