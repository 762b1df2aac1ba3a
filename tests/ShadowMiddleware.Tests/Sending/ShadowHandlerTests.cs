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
            MaxResponseHeadersLength = 1,
            MaxResponseDrainSize = 1,
            MaxConnectionsPerServer = 1,
            EnableMultipleHttp2Connections = false,
            ConnectCallback = (_, _) => throw new NotSupportedException(),
            ConnectTimeout = TimeSpan.FromHours(1),
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            PooledConnectionIdleTimeout = TimeSpan.FromHours(1),
        };

        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());

        var (read, expected) = Settings[setting];
        Assert.Equal(expected, read(handler));
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
