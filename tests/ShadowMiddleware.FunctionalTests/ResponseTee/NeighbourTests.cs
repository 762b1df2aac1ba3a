using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>Other middleware that replaces the response's body, inside and outside of the tee.</summary>
public sealed class NeighbourTests : ResponseTeeTest
{
    private static readonly string[] Targets =
    [
        "/text",
        "/json",
        "/writer",
        "/mixed",
        "/unflushed",
        "/stream",
        "/file",
        "/start",
        "/complete",
        "/nocontent",
        "/throw",
    ];

    private static readonly Dictionary<string, Action<WebApplication>> Neighbours = new()
    {
        ["compression"] = app => app.UseResponseCompression(),
        ["logging"] = app => app.UseHttpLogging(),
        ["output cache"] = app => app.UseOutputCache(),
        ["response cache"] = app => app.UseResponseCaching(),
        ["status pages"] = app => app.UseStatusCodePages("text/plain", "status {0}"),
        ["exception handler"] = app => app.UseExceptionHandler(error => error.Run(WriteErrorPageAsync)),
        ["buffer"] = app => app.Use(BufferAsync),
        ["replaced feature"] = app => app.Use(ReplaceFeatureAsync),
        ["body left in place"] = app => app.Use(LeaveBodyInPlaceAsync),
    };

    public static TheoryData<string> Names => [.. Neighbours.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Neighbour_FurtherIn_DoesNotChangeTheBytes(string neighbour)
    {
        await using var environment = await StartAsync(
            app =>
            {
                Neighbours[neighbour](app);
                Responses.Map(app);
            },
            services: AddServices
        );

        foreach (var target in TargetsBehind(neighbour))
        {
            // What leaves the tee is what the client gets, compressed or not.
            var captured = await AssertSameAsync(environment, "GET", target, "Accept-Encoding: gzip");

            if (neighbour == "body left in place")
            {
                Assert.NotEqual(ResponseCaptureState.Whole, captured.State);
            }
            else if (target is "/json" or "/text" or "/stream")
            {
                Assert.Equal((target, ResponseCaptureState.Whole), (target, captured.State));
            }
        }

        AssertNothingIsHeld(environment);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Neighbour_FurtherOut_DoesNotChangeTheBytes(string neighbour)
    {
        await using var environment = await StartAsync(
            Responses.Map,
            outside: Neighbours[neighbour],
            services: AddServices
        );

        foreach (var target in TargetsBehind(neighbour))
        {
            var expected = await WireResponse.ReadAsync(
                environment.Twin,
                "GET",
                target,
                Token,
                "Accept-Encoding: gzip"
            );
            var actual = await WireResponse.ReadAsync(
                environment.Primary,
                "GET",
                target,
                Token,
                "Accept-Encoding: gzip"
            );
            var captured = await Tee.NextAsync(Token);

            Assert.Equal($"{target}\n{expected.Text}", $"{target}\n{actual.Text}");
            if (captured.State == ResponseCaptureState.Whole)
            {
                Assert.Equal(Decoded(expected), captured.Body);
            }
            else
            {
                Assert.DoesNotContain(target, (string[])["/json", "/text", "/stream", "/nocontent"]);
            }
        }

        AssertNothingIsHeld(environment);
    }

    [Fact]
    public async Task ExceptionHandler_FurtherIn_AfterUnflushedBytes_IsTheSameAndCaptured()
    {
        await using var environment = await StartAsync(
            app =>
            {
                Neighbours["exception handler"](app);
                app.Run(context =>
                {
                    context.Response.BodyWriter.Write("unflushed before the fault;"u8);
                    throw new NotSupportedException("the app's own");
                });
            },
            services: AddServices
        );

        var captured = await AssertSameAsync(environment, "GET", "/");

        Assert.Equal(ResponseCaptureState.Whole, captured.State);
    }

    // The platform's output cache leaves the task of an app that throws unobserved, tee or not; the whole process is watched for such.
    private static IEnumerable<string> TargetsBehind(string neighbour) =>
        Targets.Where(target => neighbour != "output cache" || target != "/throw");

    private static byte[]? Decoded(WireResponse response)
    {
        if (!response.Text.Contains("Content-Encoding: gzip", StringComparison.Ordinal))
        {
            return response.Body;
        }

        using var decoded = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(response.Body!), CompressionMode.Decompress);
        gzip.CopyTo(decoded);
        return decoded.ToArray();
    }

    private static void AddServices(IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = ["application/json", "text/plain", "application/octet-stream"];
        });

        // It does nothing unless somebody listens, and nobody listens to the twin.
        services.AddLogging(logging => logging.AddProvider(new RecordingLogs()));
        services.AddHttpLogging(options => options.LoggingFields = HttpLoggingFields.All);
        services.AddOutputCache(options => options.AddBasePolicy(policy => policy.Cache()));
        services.AddResponseCaching();
        services.AddExceptionHandler(_ => { });
    }

    private static async Task WriteErrorPageAsync(HttpContext context)
    {
        await context.Response.WriteAsync("error ");
        await context.Response.Body.WriteAsync("page"u8.ToArray());
    }

    // As many apps do it.
    private static async Task BufferAsync(HttpContext context, RequestDelegate next)
    {
        var original = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = original;
        }

        buffer.Position = 0;
        await buffer.CopyToAsync(original);
    }

    private static async Task ReplaceFeatureAsync(HttpContext context, RequestDelegate next)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var own = new StreamResponseBodyFeature(original.Stream, original);
        context.Features.Set<IHttpResponseBodyFeature>(own);
        try
        {
            await next(context);
            await own.CompleteAsync();
        }
        finally
        {
            context.Features.Set(original);
        }
    }

    private static Task LeaveBodyInPlaceAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Body = new BufferedStream(context.Response.Body, bufferSize: 1);
        return next(context);
    }
}
