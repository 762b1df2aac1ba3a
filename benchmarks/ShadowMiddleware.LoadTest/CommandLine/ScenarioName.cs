namespace ShadowMiddleware.LoadTest.CommandLine;

/// <summary>What is measured.</summary>
internal enum ScenarioName
{
    /// <summary>The app alone, mirrored in different ways, and the alternatives.</summary>
    Comparison,

    /// <summary>How copies give way, and come back, when the load changes.</summary>
    Protection,

    /// <summary>How other clients fare while the work for copies goes wrong.</summary>
    Isolation,
}
