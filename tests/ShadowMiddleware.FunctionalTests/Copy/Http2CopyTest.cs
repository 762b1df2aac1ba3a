using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>Law 4 for clients that write HTTP/2 frame by frame.</summary>
public abstract class Http2CopyTest : FunctionalTest
{
    /// <summary>How <see cref="LedgerAssert.Describe"/> writes that no request has come as far as the mirror.</summary>
    private protected const string NothingSeen = "";

    private protected static IEnumerable<(string Name, string Value)> Get(string target) => Request("GET", target);

    private protected static IEnumerable<(string Name, string Value)> Request(string method, string target) =>
        [(":method", method), (":scheme", "http"), (":authority", RawRequest.Host), (":path", target)];

    private protected async Task<MirrorEnvironment> StartAsync(
        RawShadow shadow,
        Action<KestrelServerOptions>? configureKestrel = null
    ) =>
        await new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http2,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureKestrel = configureKestrel,
        }.StartAsync(Token);

    private protected async Task<int> ExchangeAsync(
        MirrorEnvironment environment,
        (string Name, string Value)[] fields,
        byte[]? body = null
    )
    {
        using var connection = await RawHttp2Connection.OpenAsync(environment.Primary, Token);
        return await connection.ExchangeAsync(fields, body, Token);
    }

    /// <summary>Sends fields to a primary and returns the copy that its only shadow receives.</summary>
    private protected async Task<RawMessage> CopyAsync((string Name, string Value)[] fields, byte[]? body = null)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);
        return await CopyAsync(environment, shadow, fields, body);
    }

    private protected async Task<RawMessage> CopyAsync(
        MirrorEnvironment environment,
        RawShadow shadow,
        (string Name, string Value)[] fields,
        byte[]? body
    )
    {
        Assert.Equal(200, await ExchangeAsync(environment, fields, body));

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));

        var copy = await shadow.NextAsync(Token);
        Assert.Equal(0, shadow.Received);
        return copy;
    }
}
