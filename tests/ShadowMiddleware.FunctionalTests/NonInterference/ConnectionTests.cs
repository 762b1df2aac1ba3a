using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>Law 1 over the ways in which clients use a connection.</summary>
public sealed class ConnectionTests : FunctionalTest
{
    [Fact]
    public async Task Connection_RequestsArePipelined_EachIsAnsweredAndCopied()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, IgnoreOrEchoAsync);
        byte[] requests =
        [
            .. RawRequest.Build("POST", "/unread/1", [], "first"u8.ToArray()),
            .. RawRequest.Chunked("POST", "/unread/2", [], "second"u8.ToArray()),
            .. RawRequest.Build("POST", "/read/3", [], "third"u8.ToArray()),
            .. RawRequest.Get("/read/4"),
        ];

        var expected = await ReadFourAsync(environment.Twin, requests);
        var actual = await ReadFourAsync(environment.Primary, requests);
        await environment.WaitUntilLedgerIsAsync("seen 4, completed.2xx 4", Token);

        Assert.Equal(expected, actual);
        var copies = new Dictionary<string, string>(StringComparer.Ordinal);
        while (shadow.Received > 0)
        {
            var copy = await shadow.NextAsync(Token);
            copies.Add(copy.Target, copy.BodyText);
        }

        Assert.Equal(
            ["/read/3 third", "/read/4 ", "/unread/1 first", "/unread/2 second"],
            copies.Select(copy => $"{copy.Key} {copy.Value}").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Connection_BodyArrivesInParts_AppSeesEachWhenItArrives()
    {
        using var seen = new SemaphoreSlim(0);
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                var buffer = new byte[100];
                while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) > 0)
                {
                    seen.Release();
                }
            }
        );

        using var connection = await environment.Primary.ConnectAsync(Token);
        await connection.SendAsync(RawRequest.Head("POST", "/x", "Content-Length: 50"), Token);
        for (var i = 0; i < 5; i++)
        {
            await connection.SendAsync(Encoding.ASCII.GetBytes($"part {i} .. "), Token);
            await seen.WaitAsync(Token);
        }

        Assert.Equal(200, (await connection.ReadResponseAsync(Token)).Status);
        Assert.Equal("part 0 .. part 1 .. part 2 .. part 3 .. part 4 .. ", (await shadow.NextAsync(Token)).BodyText);
    }

    [Theory]
    [InlineData("GET /x HTTP/1.0\r\n\r\n")]
    [InlineData("GET /x HTTP/1.0\r\nHost: primary.example\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: primary.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost:\r\n\r\n")]
    public async Task Connection_OldOrOddClient_IsServedTheSameAndCopied(string request)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, SampleApp.EchoAsync);
        var bytes = Encoding.ASCII.GetBytes(request);

        var expected = await environment.Twin.ExchangeAsync(bytes, Token);
        var actual = await environment.Primary.ExchangeAsync(bytes, Token);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);

        Assert.Equal(expected.ComparableText(), actual.ComparableText());
        var copy = await shadow.NextAsync(Token);
        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1\r\n\r\n")]
    [InlineData("GET x HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: h\r\nbad line\r\n\r\n")]
    [InlineData("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n")]
    public async Task Connection_RequestIsMalformed_IsRefusedTheSameAndNotSeen(string request)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, SampleApp.EchoAsync);
        var bytes = Encoding.ASCII.GetBytes(request);

        var expected = await environment.Twin.ExchangeAsync(bytes, Token);
        var actual = await environment.Primary.ExchangeAsync(bytes, Token);

        Assert.InRange(actual.Status, 400, 499);
        Assert.Equal(expected.ComparableText(), actual.ComparableText());
        Assert.Equal(0, environment.Ledger.GetSnapshot().Shadows["v2"].Seen);
    }

    private static Task IgnoreOrEchoAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/unread", StringComparison.Ordinal)
            ? SampleApp.IgnoreAsync(context)
            : SampleApp.EchoAsync(context);

    private async Task<string[]> ReadFourAsync(PrimaryHost host, byte[] requests)
    {
        using var connection = await host.ConnectAsync(Token);
        await connection.SendAsync(requests, Token);
        var responses = new string[4];

        for (var i = 0; i < responses.Length; i++)
        {
            responses[i] = (await connection.ReadResponseAsync(Token)).ComparableText();
        }

        return responses;
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, RequestDelegate app) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            App = host => host.Run(app),
        }.StartAsync(Token);
}
