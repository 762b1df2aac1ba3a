using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>Responses that may go on for hours: their copy leaves when they start. Whoever holds the end back lets go of it only when the copy has arrived.</summary>
public sealed class StreamedResponseTests : FunctionalTest
{
    private const string EventStream = "text/event-stream";

    private readonly SemaphoreSlim _goesOn = new(0);

    [Theory]
    [InlineData(HttpProtocols.Http1, "GET", EventStream)]
    [InlineData(HttpProtocols.Http1, "POST", EventStream)]
    [InlineData(HttpProtocols.Http1, "POST", "application/grpc-web")]
    [InlineData(HttpProtocols.Http1, "POST", "application/grpc-web-text+proto")]
    [InlineData(HttpProtocols.Http2, "POST", "Application/Grpc-Web+proto; charset=utf-8")]
    [InlineData(HttpProtocols.Http2, "GET", EventStream)]
    [InlineData(HttpProtocols.Http2, "POST", "Text/Event-Stream; charset=utf-8")]
    public async Task Stream_ThatNeverEnds_HasItsCopySent(HttpProtocols protocols, string method, string type)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, protocols, context => StreamAsync(context, type));

        using var request = Request(method, type);
        using var response = await SendAsync(environment.Primary, request);

        // The app has not ended: it waits for the client to leave.
        var copy = await shadow.NextAsync(Token);
        Assert.StartsWith($"{method} /events ", copy.StartLine, StringComparison.Ordinal);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        Assert.Equal(1, await body.ReadAsync(new byte[1], Token));
        response.Dispose();
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task GrpcResponse_ThatNeverEnds_HasTheCopyOfItsCallSent()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http2,
            Shadows = { ["v2"] = shadow.Address },
            App = app => app.Run(context => StreamAsync(context, "application/grpc")),
        }.StartAsync(Token);

        using var request = Request("POST", "application/grpc");
        using var response = await SendAsync(environment.Primary, request);

        Assert.Equal(6, (await shadow.NextAsync(Token)).Body.Length);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/event-streams")]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-webby")]
    [InlineData("application/json")]
    public async Task Response_OfAnotherType_HasItsCopySentAtItsEnd(string type)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            HttpProtocols.Http1,
            async context =>
            {
                context.Response.ContentType = type;
                await context.Response.WriteAsync("x", Token);
                await _goesOn.WaitAsync(Token);
            }
        );

        using var request = Request("GET", "text/plain");
        using var response = await SendAsync(environment.Primary, request);

        Assert.Equal(1, environment.Ledger.GetSnapshot().Shadows["v2"].Pending);
        Assert.Equal(0, shadow.Connections);
        _goesOn.Release();
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Stream_BeforeTheBodyIsWhole_HasItsCopySentAtItsEnd()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            HttpProtocols.Http1,
            async context =>
            {
                context.Response.ContentType = EventStream;
                await context.Response.StartAsync(Token);
                await context.Response.Body.FlushAsync(Token);
                Assert.Equal(5, await ReadAsync(context));
                await _goesOn.WaitAsync(Token);
            }
        );

        using var request = Request("POST", EventStream);
        using var response = await SendAsync(environment.Primary, request);

        Assert.Equal(1, environment.Ledger.GetSnapshot().Shadows["v2"].Pending);
        _goesOn.Release();
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal("hello", (await shadow.NextAsync(Token)).BodyText);
    }

    [Theory]
    [InlineData(200, "seen 1, completed.2xx 1")]
    [InlineData(404, "seen 1, skipped.response_status 1")]
    public async Task Stream_UnderARuleOnTheStatus_IsDecidedByThatOfItsStart(int status, string expected)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            HttpProtocols.Http1,
            async context =>
            {
                // After those of the mirror, which was registered before: the last word is the app's.
                context.Response.OnStarting(() =>
                {
                    context.Response.StatusCode = status;
                    context.Response.ContentType = EventStream;
                    return Task.CompletedTask;
                });
                await context.Response.WriteAsync("x", Token);
                await context.Response.Body.FlushAsync(Token);
                await _goesOn.WaitAsync(Token);
                throw new InvalidOperationException("after the start");
            },
            ("Shadows:v2:Rules:0:ResponseStatus:0", "2xx")
        );

        using var request = Request("GET", EventStream);
        using var response = await SendAsync(environment.Primary, request);

        Assert.Equal(status, (int)response.StatusCode);
        await environment.WaitUntilLedgerIsAsync(expected, Token);
        _goesOn.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Token));
        await environment.WaitUntilLedgerIsAsync(expected, Token);
    }

    [Fact]
    public async Task Stream_OfTheMirroredApp_IsThatOfTheAppItself()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            WithTwin = true,
            BeforeMirror = app =>
                app.Use(
                    (context, next) =>
                    {
                        context.Response.OnStarting(() => Note(context, "outer"));
                        return next();
                    }
                ),
            App = app =>
                app.Run(async context =>
                {
                    context.Response.OnStarting(() => Note(context, "first"));
                    context.Response.OnStarting(() => Note(context, "second"));
                    context.Response.ContentType = EventStream;
                    Assert.Equal(5, await ReadAsync(context));
                    for (var i = 0; i < 3; i++)
                    {
                        await context.Response.WriteAsync($"data: {i}\n\n", Token);
                        await context.Response.Body.FlushAsync(Token);
                    }
                }),
        }.StartAsync(Token);
        var bytes = RawRequest.Build("POST", "/events", [], "hello"u8.ToArray());

        var mirrored = await environment.Primary.ExchangeAsync(bytes, Token);
        var plain = await environment.Twin.ExchangeAsync(bytes, Token);

        Assert.Equal("second, first, outer", mirrored.Value("X-Order"));
        Assert.Equal(plain.ComparableText(), mirrored.ComparableText());
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    protected override void Dispose(bool disposing)
    {
        _goesOn.Dispose();
        base.Dispose(disposing);
    }

    private static Task Note(HttpContext context, string who)
    {
        context.Response.Headers.Append("X-Order", who);
        return Task.CompletedTask;
    }

    private async Task StreamAsync(HttpContext context, string type)
    {
        await ReadAsync(context);
        context.Response.ContentType = type;
        await context.Response.WriteAsync("x", Token);
        await context.Response.Body.FlushAsync(Token);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private async Task<long> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, Token);
        return body.Length;
    }

    // One gRPC message is a flag and its length in front of its bytes.
    private static HttpRequestMessage Request(string method, string type)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/events");
        if (method == "POST")
        {
            request.Content = new ByteArrayContent(
                type == "application/grpc" ? [0, 0, 0, 0, 1, 7] : "hello"u8.ToArray()
            );
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Type",
                type == "application/grpc" ? type : "text/plain"
            );
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(PrimaryHost host, HttpRequestMessage request)
    {
        request.Version = host.Client.DefaultRequestVersion;
        request.VersionPolicy = host.Client.DefaultVersionPolicy;
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private async Task<MirrorEnvironment> StartAsync(
        RawShadow shadow,
        HttpProtocols protocols,
        RequestDelegate app,
        params (string Key, string Value)[] settings
    )
    {
        var environment = new MirrorEnvironment
        {
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            App = builder => builder.Run(app),
        };
        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        return await environment.StartAsync(Token);
    }
}
