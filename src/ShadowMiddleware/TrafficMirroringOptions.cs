using ShadowMiddleware.Configuration;

namespace ShadowMiddleware;

/// <summary>What is mirrored, where to, and within which bounds.</summary>
/// <remarks>
/// Filled from a configuration section, from code, or from both (code last, again on each reload), then checked as a whole:
/// the app does not start with a fault in it, and a reload with a fault leaves the last good configuration in force.
/// An instance belongs to the code that is configuring it; changing it later has no effect.
/// </remarks>
public sealed class TrafficMirroringOptions
{
    /// <summary>The kill switch: <see langword="false"/> skips every request, for every shadow, with the reason <c>disabled</c>.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = TrafficMirroringDefaults.Enabled;

    /// <summary>The name of the header that marks every copy. A request that arrives with it is never mirrored again.</summary>
    /// <value>
    /// Default <c>X-Shadow-Request</c>. A field name (RFC 9110 section 5.1) that no protocol gives a meaning of its own. The primary
    /// and its shadows must agree on it, or the loop guard cannot see.
    /// </value>
    public string TagHeader { get; set; } = TrafficMirroringDefaults.TagHeader;

    /// <summary>How many bytes of copies the whole process may hold at once, for all shadows together: bodies, targets and header fields, and what transforms read.</summary>
    /// <value>
    /// In bytes; default 67,108,864 (64 MiB); at least 1, and at least the largest <see cref="ShadowOptions.MaxBodyBytes"/> that is set.
    /// Bodies are held in blocks of 4,096 bytes: with less than that, no body is captured at all.
    /// </value>
    public long MaxBufferedBytes { get; set; } = TrafficMirroringDefaults.MaxBufferedBytes;

    /// <summary>How long the host's shutdown waits for copies that are queued or being sent. What is left is counted as <c>shutdown</c>.</summary>
    /// <value>Default 5 seconds; 0 to 10 minutes. The host's own shutdown timeout is a bound as well.</value>
    public TimeSpan DrainTimeout { get; set; } = TrafficMirroringDefaults.DrainTimeout;

    /// <summary>Whether copies appear in the <c>http.client.*</c> metrics of the app, beside its own calls.</summary>
    /// <value>
    /// Default <see langword="false"/>: no instrument of the meter <c>System.Net.Http</c> counts them. Read once, at the start: the handlers of shadows live as long as the process.
    /// A reload that changes it is in force after a restart, and the log says so.
    /// </value>
    public bool IncludeInHttpClientMetrics { get; set; }

    /// <summary>When copies give way to the app's own requests.</summary>
    public ProtectionOptions Protection { get; } = new();

    /// <summary>The shadows by name. At least one is needed.</summary>
    /// <value>
    /// A name is a lower-case letter followed by up to 62 lower-case letters, digits or hyphens. Two names that differ only in
    /// case are a fault.
    /// </value>
    public IDictionary<string, ShadowOptions> Shadows { get; } =
        new Dictionary<string, ShadowOptions>(StringComparer.Ordinal);

    /// <summary>Adds a shadow named <c>shadow</c>: the short form for an app with one shadow.</summary>
    /// <param name="address">Absolute http or https address; a path in it is put before each request's own path.</param>
    /// <param name="percent">Share of requests to copy, 0 to 100, fractions allowed.</param>
    /// <returns>The options of the shadow, for what else is to be set.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">There is a shadow of that name already.</exception>
    public ShadowOptions MirrorTo(string address, double percent = TrafficMirroringDefaults.Percent)
    {
        ArgumentNullException.ThrowIfNull(address);

        var shadow = new ShadowOptions { Address = address };

        // A default that nobody wrote looks like one that somebody did; it is not taken for a word about what rules leave.
        if (percent != TrafficMirroringDefaults.Percent)
        {
            shadow.Percent = percent;
        }

        if (!Shadows.TryAdd(TrafficMirroringDefaults.ShadowName, shadow))
        {
            throw new InvalidOperationException(
                $"There is a shadow named \"{TrafficMirroringDefaults.ShadowName}\" already. Add a second one under a name of its own: "
                    + "options.Shadows[\"v3\"] = new ShadowOptions { Address = \"...\" }."
            );
        }

        return shadow;
    }
}
