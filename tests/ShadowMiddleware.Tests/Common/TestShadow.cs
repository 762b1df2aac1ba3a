using System.Collections.Frozen;
using System.Net;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Configurations as the loader would have made them, to be varied with <c>with</c>.</summary>
internal static class TestShadow
{
    public static ShadowConfiguration Named(string name = "v2") =>
        new()
        {
            Name = name,
            Address = "http://shadow.test",
            Percent = 100,
            Writes = WritePolicy.Mirror,
            RemoveHeaders = FrozenSet<string>.Empty,
            SetHeaders = [],
            PathFidelity = PathFidelity.Raw,
            MaxBodyBytes = 1024 * 1024,
            QueueCapacity = 1024,
            MaxConcurrency = 64,
            QueueTimeout = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromSeconds(10),
            HttpVersion = HttpVersion.Version20,
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            CircuitBreaker = new(0.5, 20, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
        };

    public static MirroringConfiguration Mirroring(params ShadowConfiguration[] shadows) =>
        new()
        {
            Enabled = true,
            TagHeader = "X-Shadow-Request",
            MaxBufferedBytes = 64 * 1024 * 1024,
            DrainTimeout = TimeSpan.FromSeconds(5),
            ProtectionEnabled = true,
            Shadows = [.. shadows],
        };

    public static FrozenSet<string> Names(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
