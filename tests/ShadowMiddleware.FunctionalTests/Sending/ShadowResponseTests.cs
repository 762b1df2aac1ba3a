using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

public sealed class ShadowResponseTests : FunctionalTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    [InlineData(200_000)]
    public async Task Response_ReadToTheEnd_ConnectionIsReused(int length)
    {
        await using var shadow = await new RecordingShadow
        {
            Handler = context => context.Response.Body.WriteAsync(new byte[length], context.RequestAborted).AsTask(),
        }.StartAsync(Token);
        await using var environment = await StartAsync(shadow.Address);
        var connections = new HashSet<string>();

        for (var i = 0; i < 10; i++)
        {
            await environment.Client.GetAsync(new Uri("/x", UriKind.Relative), Token);
            connections.Add((await shadow.NextAsync(Token)).ConnectionId);
            await environment.WaitUntilSettledAsync(Token);
        }

        Assert.Single(connections);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Response_WrittenInParts_ShadowIsNotAborted(HttpProtocols protocols, string version)
    {
        var finished = 0;
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Handler = async context =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }

                Interlocked.Increment(ref finished);
            },
        }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version },
        }.StartAsync(Token);

        for (var i = 0; i < 5; i++)
        {
            await environment.Client.GetAsync(new Uri("/x", UriKind.Relative), Token);
        }

        await environment.WaitUntilLedgerIsAsync("seen 5, completed.2xx 5", Token);
        await Eventually.HoldsAsync(
            () => Volatile.Read(ref finished) == 5,
            () => $"{finished} handlers finished",
            Token
        );
    }

    [Fact]
    public async Task Response_EventStream_CompletesAtItsHeaders()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = await new RecordingShadow
        {
            Handler = async context =>
            {
                context.Response.ContentType = "text/event-stream; charset=utf-8";
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await gate.Task.WaitAsync(context.RequestAborted);
            },
        }.StartAsync(Token);
        await using var environment = await StartAsync(shadow.Address);

        await environment.Client.GetAsync(new Uri("/x", UriKind.Relative), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        gate.TrySetResult();
    }

    [Fact]
    public async Task Response_OverLong_CompletesAtTheCap()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.EndlessBody());
        await using var environment = await StartAsync(shadow.Address);

        await environment.Client.GetAsync(new Uri("/x", UriKind.Relative), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "2xx")]
    [InlineData("HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok", "2xx")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "3xx")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", "3xx")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "4xx")]
    [InlineData("HTTP/1.1 407 Proxy Auth\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", "4xx")]
    [InlineData("HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", "4xx")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "2xx")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "1xx")]
    [InlineData("HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", "2xx")]
    [InlineData("HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 999 Highest\r\nContent-Length: 0\r\n\r\n", "5xx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nbad", "2xx")]
    [InlineData("HTTP/1.1 200 OK\r\nSet-Cookie: shadow=1\r\nContent-Length: 0\r\n\r\n", "2xx")]
    public async Task Response_AnyStatus_CountsByItsClassAndIsSentOnce(string response, string expected)
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Answer(response));
        await using var environment = await StartAsync(shadow.Address);

        for (var i = 0; i < 2; i++)
        {
            var answer = await environment.Client.GetStringAsync(new Uri("/x", UriKind.Relative), Token);
            Assert.Equal("read 0", answer);
            await environment.WaitUntilSettledAsync(Token);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal($"seen 2, completed.{expected} 2", LedgerAssert.Describe(ledger));
        Assert.Equal(2, shadow.Received);

        // A cookie of the shadow comes back neither to the shadow nor to anyone else.
        Assert.False((await shadow.NextAsync(Token)).Has("Cookie"));
        Assert.False((await shadow.NextAsync(Token)).Has("Cookie"));
    }

    private async Task<MirrorEnvironment> StartAsync(string address) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings = { ["Shadows:v2:MaxConcurrency"] = "1" },
        }.StartAsync(Token);
}
