using System.Globalization;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>What the setups are called.</summary>
internal static class Setups
{
    private const string Prefix = "mirrored, ";

    public const string Alone = "app alone";
    public const string Unprotected = Prefix + "100 %, protection off";
    public const string Protected = Prefix + "100 %, protection on";
    public const string Naive = "naive middleware, 100 %";
    public const string NginxProxy = "NGINX in front, no mirror";
    public const string NginxMirror = "NGINX mirror, 100 %";
    public const string Healthy = Prefix + "healthy shadow";
    public const string Slow = Prefix + "slow shadow";
    public const string Hung = Prefix + "hung shadow";
    public const string Dead = Prefix + "dead shadow";
    public const string Beside = "app alone, a bare loop beside it";
    public const string Sender = "bare HttpMessageInvoker loop";

    /// <summary>Whether this project's middleware makes the copies.</summary>
    public static bool IsMirrored(string setup) => setup.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Sampled(double percent) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{percent} %, protection off");
}
