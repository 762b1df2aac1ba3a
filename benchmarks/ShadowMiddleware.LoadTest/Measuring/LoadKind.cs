namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>How a setup is loaded.</summary>
internal enum LoadKind
{
    /// <summary>As much as it can do.</summary>
    Saturated,

    /// <summary>At a constant rate, the same for all.</summary>
    Constant,

    /// <summary>Not by clients: it sends by itself.</summary>
    Sending,
}
