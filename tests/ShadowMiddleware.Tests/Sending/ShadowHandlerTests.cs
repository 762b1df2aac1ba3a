using System.Diagnostics;
using System.Net;
using System.Text;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class ShadowHandlerTests
{
    private static readonly Dictionary<string, (Func<SocketsHttpHandler, object?> Read, object? Expected)> Settings =
        new()
        {
            ["AllowAutoRedirect"] = (handler => handler.AllowAutoRedirect, false),
            ["UseCookies"] = (handler => handler.UseCookies, false),
            ["UseProxy"] = (handler => handler.UseProxy, false),
            ["Credentials"] = (handler => handler.Credentials, null),
            ["MeterFactory"] = (handler => handler.MeterFactory, ShadowMeterFactory.Instance),
            ["PlaintextStreamFilter"] = (handler => handler.PlaintextStreamFilter?.Target is Http1Filter, true),
            ["PreAuthenticate"] = (handler => handler.PreAuthenticate, false),
            ["AutomaticDecompression"] = (handler => handler.AutomaticDecompression, DecompressionMethods.None),
            ["ActivityHeadersPropagator"] = (handler => handler.ActivityHeadersPropagator, null),
            ["MaxResponseHeadersLength"] = (handler => handler.MaxResponseHeadersLength, 64),
            ["MaxResponseDrainSize"] = (handler => handler.MaxResponseDrainSize, 0),
            ["MaxConnectionsPerServer"] = (handler => handler.MaxConnectionsPerServer, 1024),
            ["EnableMultipleHttp2Connections"] = (handler => handler.EnableMultipleHttp2Connections, true),
            ["ConnectCallback"] = (handler => handler.ConnectCallback?.Target is ShadowConnector, true),
            ["ConnectTimeout"] = (handler => handler.ConnectTimeout, TimeSpan.FromSeconds(5)),
            ["PooledConnectionLifetime"] = (handler => handler.PooledConnectionLifetime, TimeSpan.FromMinutes(2)),
            ["PooledConnectionIdleTimeout"] = (handler => handler.PooledConnectionIdleTimeout, TimeSpan.FromMinutes(1)),
            ["RequestHeaderEncoding"] = (
                handler => handler.RequestHeaderEncodingSelector?.Invoke("X", null!)?.WebName,
                "utf-8"
            ),
            ["ResponseHeaderEncoding"] = (
                handler => handler.ResponseHeaderEncodingSelector?.Invoke("X", null!)?.WebName,
                "iso-8859-1"
            ),
        };

    public static TheoryData<string> Names => [.. Settings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Configure_OfAHandlerSetUpOtherwise_Sets(string setting)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = true,
            UseCookies = true,
            UseProxy = true,
            PreAuthenticate = true,
            AutomaticDecompression = DecompressionMethods.All,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateDefaultPropagator(),
            Credentials = CredentialCache.DefaultCredentials,
            MaxResponseHeadersLength = 128,
            MaxResponseDrainSize = 1,
            EnableMultipleHttp2Connections = false,
            ConnectTimeout = TimeSpan.FromHours(1),
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            PooledConnectionIdleTimeout = TimeSpan.FromHours(1),
        };

        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());

        var (read, expected) = Settings[setting];
        Assert.Equal(expected, read(handler));
    }

    [Fact]
    public void Configure_OfWhatWasSetOnPurposeAndHarmsNobody_KeepsIt()
    {
        var proxy = new WebProxy("http://proxy.test:8080");
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (_, _) =>
            throw new NotSupportedException();
        using var handler = new SocketsHttpHandler
        {
            MaxResponseHeadersLength = 1,
            MaxConnectionsPerServer = 7,
            Proxy = proxy,
            ConnectCallback = connect,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        };

        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());

        Assert.Equal(1, handler.MaxResponseHeadersLength);
        Assert.Equal(7, handler.MaxConnectionsPerServer);
        Assert.True(handler.UseProxy);
        Assert.Same(proxy, handler.Proxy);
        Assert.Same(connect, handler.ConnectCallback);
        Assert.Equal(TimeSpan.FromSeconds(1), handler.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), handler.PooledConnectionLifetime);
        Assert.Equal(TimeSpan.FromSeconds(3), handler.PooledConnectionIdleTimeout);
        Assert.NotNull(handler.SslOptions.RemoteCertificateValidationCallback);
    }

    [Fact]
    public void Configure_OfAHandlerWithAFilter_PutsOursUponIt()
    {
        using var handler = new SocketsHttpHandler
        {
            PlaintextStreamFilter = static (context, _) => ValueTask.FromResult(context.PlaintextStream),
        };

        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());
        var filter = handler.PlaintextStreamFilter;
        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());

        Assert.False(Assert.IsType<Http1Filter>(filter.Target).IsAlone);
        Assert.Same(filter, handler.PlaintextStreamFilter);
    }

    [Fact]
    public void Configure_WithTheServersEncodings_WritesEachFieldInItsOwn()
    {
        using var handler = new SocketsHttpHandler();

        ShadowHandler.Configure(
            handler,
            static name => name == "X-Latin" ? Encoding.Latin1 : null,
            TestConnector.Create()
        );

        Assert.Same(Encoding.Latin1, handler.RequestHeaderEncodingSelector?.Invoke("X-Latin", null!));
        Assert.Same(Encoding.UTF8, handler.RequestHeaderEncodingSelector?.Invoke("X-Other", null!));
    }
}
