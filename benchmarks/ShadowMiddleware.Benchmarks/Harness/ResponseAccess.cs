namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>How an app writes its response.</summary>
public enum ResponseAccess
{
    /// <summary>The stream.</summary>
    Body,

    /// <summary>The pipe, as the platform's serializers do.</summary>
    BodyWriter,
}
