using ShadowMiddleware.Configuration;

namespace ShadowMiddleware;

/// <summary>When copies give way to the app's own requests.</summary>
public sealed class ProtectionOptions
{
    /// <summary>
    /// Whether copies give way while the processors are busy and the app is faster without them. What gives way is counted as
    /// <c>pressure</c>. Up to 256 copies a second and processor always pass.
    /// </summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = TrafficMirroringDefaults.ProtectionEnabled;
}
