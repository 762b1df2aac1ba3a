using System.Diagnostics.Metrics;

namespace ShadowMiddleware.Sending;

/// <summary>
/// Gives the handlers of shadows a meter of their own name, so that copies are in none of the app's own <c>http.client.*</c> metrics: these are
/// instruments of the meter <c>System.Net.Http</c>.
/// </summary>
internal sealed class ShadowMeterFactory : IMeterFactory
{
    public const string MeterName = "ShadowMiddleware.Http";

    public static readonly ShadowMeterFactory Instance = new();

    // For as long as the process lives, as the platform's own. The handlers' names for instruments are the same in each.
    private readonly Meter _meter = new(MeterName);

    private ShadowMeterFactory() { }

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose()
    {
        // It is everybody's.
    }
}
