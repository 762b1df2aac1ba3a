using System.Net;
using System.Text;
using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The settings of the handler under a shadow's client. None comes from the reloadable configuration, because
/// <see cref="IHttpClientFactory"/> keeps a handler for as long as the process lives.
/// </summary>
internal static class ShadowHandler
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionIdleTimeout = TimeSpan.FromMinutes(1);
    private const int MaxResponseHeadersKilobytes = 64;

    /// <summary>Settles the handler. What the app has set on purpose and harms nobody stays: certificates, narrower limits, its own way to connect, its own proxy.</summary>
    /// <param name="handler">A handler that has not sent anything yet.</param>
    /// <param name="serverEncoding">By which encoding the server read a field; <see langword="null"/> stands for UTF-8.</param>
    /// <param name="connector">Opens the connections.</param>
    /// <param name="isInAppMetrics">Whether copies are counted in the app's own <c>http.client.*</c> metrics.</param>
    /// <exception cref="InvalidOperationException">The handler has sent something, and had not been settled before.</exception>
    public static void Configure(
        SocketsHttpHandler handler,
        Func<string, Encoding?> serverEncoding,
        ShadowConnector connector,
        bool isInAppMetrics = false
    )
    {
        if (!isInAppMetrics)
        {
            handler.MeterFactory = ShadowMeterFactory.Instance;
        }

        // A followed redirect would carry production headers to wherever the shadow points.
        handler.AllowAutoRedirect = false;

        // A cookie container would be shared by all users.
        handler.UseCookies = false;

        // A proxy is one that the app names. That of the environment is meant for what the app itself asks for.
        handler.UseProxy = handler.UseProxy && handler.Proxy is not null;

        // A copy has the credentials of its request. Those of a handler would answer a challenge by sending the copy once more.
        handler.PreAuthenticate = false;
        handler.Credentials = null;
        handler.AutomaticDecompression = DecompressionMethods.None;

        // The trace of a copy is started by the sender; without a propagator the handler adds no span of its own, and costs less.
        handler.ActivityHeadersPropagator = null;

        // Captured values are text. Only the encoding that made them so gives the bytes back that arrived.
        handler.RequestHeaderEncodingSelector = (name, message) =>
            HostOverTls.Find(name, message) ?? serverEncoding(name) ?? Encoding.UTF8;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;

        // What is cut off is not drained: the connection would outlive its send, where nobody counts it.
        handler.MaxResponseDrainSize = 0;
        handler.MaxResponseHeadersLength = Math.Min(handler.MaxResponseHeadersLength, MaxResponseHeadersKilobytes);

        // Concurrency is bounded by the dispatcher, connections by the connector, which follows reloads. The handler's own limit, which
        // it has for HTTP/1.1 only, would let copies wait where nobody counts them.
        handler.ConnectCallback ??= connector.ConnectAsync;
        handler.MaxConnectionsPerServer = Math.Min(
            handler.MaxConnectionsPerServer,
            Configuration.TrafficMirroringDefaults.MaxMaxConcurrency
        );
        handler.EnableMultipleHttp2Connections = true;
        handler.ConnectTimeout = Shorter(handler.ConnectTimeout, ConnectTimeout);

        CertificatePolicy.Apply(handler.SslOptions);

        // A new connection every so often asks DNS again.
        handler.PooledConnectionLifetime = Shorter(
            handler.PooledConnectionLifetime,
            ShadowConnector.ConnectionLifetime
        );
        handler.PooledConnectionIdleTimeout = Shorter(handler.PooledConnectionIdleTimeout, ConnectionIdleTimeout);

        if (handler.PlaintextStreamFilter?.Target is not Http1Filter)
        {
            handler.PlaintextStreamFilter = new Http1Filter(handler.PlaintextStreamFilter).FilterAsync;
        }
    }

    /// <summary>Whether the handler is as <see cref="Configure"/> leaves it, and may have sent copies since.</summary>
    public static bool IsConfigured(SocketsHttpHandler handler) =>
        handler
            is {
                AllowAutoRedirect: false,
                UseCookies: false,
                PreAuthenticate: false,
                Credentials: null,
                AutomaticDecompression: DecompressionMethods.None,
                PlaintextStreamFilter.Target: Http1Filter
            };

    private static TimeSpan Shorter(TimeSpan own, TimeSpan bound) =>
        own == Timeout.InfiniteTimeSpan || own > bound ? bound : own;
}
