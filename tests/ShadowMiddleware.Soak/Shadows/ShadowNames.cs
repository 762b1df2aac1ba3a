namespace ShadowMiddleware.Soak.Shadows;

/// <summary>The shadows by name.</summary>
internal static class ShadowNames
{
    public const string Exact = "exact";
    public const string ExactHttp2 = "exact-http2";

    /// <summary>Addressed by the name of a host, which is found badly.</summary>
    public const string Named = "named";

    /// <summary>Healthy too, and comes and goes with the configuration.</summary>
    public const string Guest = "guest";

    /// <summary>Those that are always there and always healthy.</summary>
    public static readonly string[] Well = [Exact, ExactHttp2, Named];

    public static readonly string[] Broken = ["broken-a", "broken-b"];
}
