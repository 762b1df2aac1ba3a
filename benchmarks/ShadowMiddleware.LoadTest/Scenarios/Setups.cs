using System.Globalization;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>What the setups are called.</summary>
internal static class Setups
{
    public const string Alone = "app alone";
    public const string Unprotected = "mirrored, 100 %, protection off";
    public const string Protected = "mirrored, 100 %, protection on";
    public const string Naive = "naive middleware, 100 %";
    public const string NginxProxy = "NGINX in front, no mirror";
    public const string NginxMirror = "NGINX mirror, 100 %";
    public const string Healthy = "mirrored, healthy shadow";
    public const string Slow = "mirrored, slow shadow";
    public const string Hung = "mirrored, hung shadow";
    public const string Dead = "mirrored, dead shadow";
    public const string Sender = "bare HttpMessageInvoker loop";

    public static string Sampled(double percent) =>
        string.Create(CultureInfo.InvariantCulture, $"mirrored, {percent} %, protection off");
}
