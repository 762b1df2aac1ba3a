using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>The mirror between other middleware: whatever stands before or behind it, one request makes one exact copy.</summary>
public sealed class PipelineTests : CopyTest
{
    // Small enough to arrive with the head, so that a body that the app leaves unread is there to be rescued.
    private static readonly byte[] _body = SampleApp.NewOrderJson(3000);

    [Theory]
    [InlineData(true, 3000)]
    [InlineData(false, 3000)]
    [InlineData(true, 200_000)]
    [InlineData(false, 200_000)]
    public async Task Copy_BodyReadTwiceByBuffering_IsCopiedOnce(bool bufferingFirst, int length)
    {
        // Above 30 KB the buffer goes to the disk.
        var body = SampleApp.NewOrderJson(length);
        var copy = await CopyAsync(
            before: app => app.Use(bufferingFirst ? BufferAsync : PassAsync),
            behind: app =>
            {
                app.Use(bufferingFirst ? PassAsync : BufferAsync);
                app.Run(ReadTwiceAsync);
            },
            request: RawRequest.Build("POST", "/x", [], body)
        );

        Assert.Equal(body, copy.Body);
    }

    [Fact]
    public async Task Copy_BufferedBodyReadPartlyThenFromTheStart_IsExact()
    {
        var copy = await CopyAsync(
            before: app => app.Use(BufferAsync),
            behind: app =>
                app.Run(async context =>
                {
                    await context.Request.Body.ReadExactlyAsync(new byte[1000], context.RequestAborted);
                    context.Request.Body.Position = 0;
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                })
        );

        Assert.Equal(_body, copy.Body);
    }

    [Fact]
    public async Task Copy_BodyReadBeforeTheMirror_IsExactWhenItIsRewound()
    {
        var copy = await CopyAsync(
            before: app =>
                app.Use(
                    async (context, next) =>
                    {
                        context.Request.EnableBuffering();
                        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                        context.Request.Body.Position = 0;
                        await next(context);
                    }
                ),
            behind: app => app.Run(SampleApp.EchoAsync)
        );

        Assert.Equal(_body, copy.Body);
    }

    [Fact]
    public async Task Copy_BehindRequestDecompression_IsTheDecompressedBody()
    {
        var copy = await CopyAsync(
            before: app => app.UseRequestDecompression(),
            behind: app => app.Run(SampleApp.EchoAsync),
            request: RawRequest.Build("POST", "/x", ["Content-Encoding: gzip"], Gzip(_body))
        );

        Assert.Equal(_body, copy.Body);
        Assert.Equal($"{_body.Length}", copy.Value("Content-Length"));
        Assert.False(copy.Has("Content-Encoding"));
    }

    [Fact]
    public async Task Copy_BeforeRequestDecompression_IsTheCompressedBody()
    {
        var compressed = Gzip(_body);

        var copy = await CopyAsync(
            before: _ => { },
            behind: app =>
            {
                app.UseRequestDecompression();
                app.Run(SampleApp.EchoAsync);
            },
            request: RawRequest.Build("POST", "/x", ["Content-Encoding: gzip"], compressed)
        );

        Assert.Equal(compressed, copy.Body);
        Assert.Equal("gzip", copy.Value("Content-Encoding"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Copy_ExceptionHandlerRunsThePipelineAgain_IsOne(bool handlerFirst, bool appReads)
    {
        var copy = await CopyAsync(
            before: app => UseIf(app, handlerFirst, UseErrorPage),
            behind: app =>
            {
                UseIf(app, !handlerFirst, UseErrorPage);
                app.Run(context => ThrowUnlessErrorPageAsync(context, appReads));
            },
            status: 500
        );

        Assert.Equal("POST /x HTTP/1.1", copy.StartLine);
        Assert.Equal(_body, copy.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_StatusCodePagesRunThePipelineAgain_IsOne(bool pagesFirst)
    {
        var copy = await CopyAsync(
            before: app => UseIf(app, pagesFirst, UseStatusPage),
            behind: app =>
            {
                UseIf(app, !pagesFirst, UseStatusPage);
                app.Run(context =>
                {
                    context.Response.StatusCode = 404;
                    return context.Request.Path == "/page" ? context.Response.WriteAsync("page") : Task.CompletedTask;
                });
            },
            status: 404
        );

        Assert.Equal("POST /x HTTP/1.1", copy.StartLine);
        Assert.Equal(_body, copy.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_AppThrows_IsMadeAndTheExceptionGoesOn(bool appReads)
    {
        Exception? seen = null;

        var copy = await CopyAsync(
            before: app =>
                app.Use(
                    async (context, next) =>
                    {
                        try
                        {
                            await next(context);
                        }
                        catch (NotSupportedException exception)
                        {
                            seen = exception;
                            throw;
                        }
                    }
                ),
            behind: app => app.Run(context => ThrowUnlessErrorPageAsync(context, appReads)),
            status: 500
        );

        Assert.Equal(_body, copy.Body);
        Assert.Equal("the app's own", seen?.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_AppIsDone_BodyStreamIsPutBack(bool appReads)
    {
        Stream? before = null;
        Stream? during = null;
        Stream? after = null;

        var copy = await CopyAsync(
            before: app =>
                app.Use(
                    async (context, next) =>
                    {
                        before = context.Request.Body;
                        await next(context);
                        after = context.Request.Body;
                    }
                ),
            behind: app =>
                app.Run(context =>
                {
                    during = context.Request.Body;
                    return appReads ? SampleApp.EchoAsync(context) : SampleApp.IgnoreAsync(context);
                })
        );

        Assert.Equal(_body, copy.Body);
        Assert.NotSame(before, during);
        Assert.Same(before, after);
    }

    [Fact]
    public async Task Copy_AppReplacesTheBodyStream_IsWhatArrived()
    {
        using var another = new MemoryStream("another body"u8.ToArray());
        Stream? after = null;

        var copy = await CopyAsync(
            before: app =>
                app.Use(
                    async (context, next) =>
                    {
                        await next(context);
                        after = context.Request.Body;
                    }
                ),
            behind: app =>
                app.Run(async context =>
                {
                    var original = context.Request.Body;
                    await original.CopyToAsync(Stream.Null, context.RequestAborted);
                    context.Request.Body = another;
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                })
        );

        Assert.Equal(_body, copy.Body);
        Assert.Same(another, after);
    }

    [Fact]
    public async Task Copy_PathBaseAndRewrite_KeepTheTargetThatArrived()
    {
        var copy = await CopyAsync(
            before: app => app.UsePathBase("/base"),
            behind: app =>
            {
                app.Use(
                    (context, next) =>
                    {
                        context.Request.Path = "/rewritten";
                        return next(context);
                    }
                );
                app.Run(SampleApp.EchoAsync);
            },
            request: RawRequest.Build("POST", "/base/x%2F?y", [], _body)
        );

        Assert.Equal("POST /base/x%2F?y HTTP/1.1", copy.StartLine);
    }

    private async Task<RawMessage> CopyAsync(
        Action<WebApplication> before,
        Action<WebApplication> behind,
        byte[]? request = null,
        int status = 200
    )
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = services => services.AddRequestDecompression(),
            BeforeMirror = before,
            App = behind,
        };
        await environment.StartAsync(Token);
        return await CopyAsync(environment, shadow, request ?? RawRequest.Build("POST", "/x", [], _body), status);
    }

    private static void UseIf(IApplicationBuilder app, bool condition, Action<IApplicationBuilder> use)
    {
        if (condition)
        {
            use(app);
        }
    }

    private static void UseErrorPage(IApplicationBuilder app) => app.UseExceptionHandler("/error");

    private static void UseStatusPage(IApplicationBuilder app) => app.UseStatusCodePagesWithReExecute("/page");

    private static async Task ThrowUnlessErrorPageAsync(HttpContext context, bool read)
    {
        if (context.Request.Path == "/error")
        {
            await context.Response.WriteAsync("sorry", context.RequestAborted);
            return;
        }

        if (read)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        throw new NotSupportedException("the app's own");
    }

    private static Task BufferAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        return next(context);
    }

    private static Task PassAsync(HttpContext context, RequestDelegate next) => next(context);

    private static async Task ReadTwiceAsync(HttpContext context)
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        await context.Request.Body.CopyToAsync(first, context.RequestAborted);
        context.Request.Body.Position = 0;
        await context.Request.Body.CopyToAsync(second, context.RequestAborted);
        context.Response.StatusCode = first.ToArray().AsSpan().SequenceEqual(second.ToArray()) ? 200 : 500;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();

        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
