using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>What the platform's own results write.</summary>
public sealed class FrameworkTests : ResponseTeeTest
{
    private static readonly string FilePath = typeof(FrameworkTests).Assembly.Location;
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 50_000).Select(i => (byte)i)];

    public static MatrixTheoryData<string, HttpProtocols> Paths { get; } =
        new(
            [
                "/writeasjson",
                "/json",
                "/typedjson",
                "/object",
                "/enumerable",
                "/text",
                "/bytes",
                "/stream",
                "/pipe",
                "/callback",
                "/problem",
                "/notfound",
                "/mvc-object",
                "/mvc-content",
                "/mvc-stream",
                "/sse",
            ],
            [HttpProtocols.Http1, HttpProtocols.Http2]
        );

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Result_OfThePlatform_IsTheSameAndCaptured(string path, HttpProtocols protocols)
    {
        await using var environment = await StartAsync(Map, protocols, services: BodyReaders.AddServices);

        var captured =
            protocols == HttpProtocols.Http1
                ? await AssertSameAsync(environment, "GET", path)
                : await AssertSameOverHttp2Async(environment, "GET", path);

        Assert.Equal(ResponseCaptureState.Whole, captured.State);
        Assert.Equal(path != "/notfound", captured.Body!.Length > 0);
        AssertNothingIsHeld(environment);
    }

    [Theory]
    [InlineData("/file", "Range: bytes=-1")]
    [InlineData("/file", "Range: bytes=100-199")]
    [InlineData("/file", "X-None: 1")]
    [InlineData("/mvc-file", "Range: bytes=100-199")]
    [InlineData("/mvc-file", "X-None: 1")]
    public async Task File_SentByTheServer_IsTheSameAndNotCaptured(string path, string field)
    {
        await using var environment = await StartAsync(Map, services: BodyReaders.AddServices);

        var captured = await AssertSameAsync(environment, "GET", path, field);

        Assert.Equal(ResponseCaptureState.SentFile, captured.State);
    }

    [Theory]
    [InlineData("/bytes-range", "Range: bytes=100-199", 100)]
    [InlineData("/stream-range", "Range: bytes=10-", 49_990)]
    [InlineData("/file", "Range: bytes=999999999-", 0)]
    [InlineData("/file", "If-None-Match: \"tag\"", 0)]
    public async Task Range_WrittenByTheApp_IsTheSameAndCaptured(string path, string field, int length)
    {
        await using var environment = await StartAsync(Map, services: BodyReaders.AddServices);

        var captured = await AssertSameAsync(environment, "GET", path, field);

        Assert.Equal(length, captured.Body?.Length);
    }

    [Fact]
    public async Task Trailers_OverHttp2_AreTheSame()
    {
        await using var environment = await StartAsync(
            app =>
                app.Run(async context =>
                {
                    context.Response.DeclareTrailer("X-Sum");
                    await context.Response.WriteAsync("body");
                    context.Response.AppendTrailer("X-Sum", "42");
                }),
            HttpProtocols.Http2
        );

        var captured = await AssertSameOverHttp2Async(environment, "GET", "/");
        using var response = await environment.Client.GetAsync("/", Token);

        Assert.Equal("body"u8.ToArray(), captured.Body);
        Assert.Equal("42", Assert.Single(response.TrailingHeaders).Value.Single());
    }

    private static void Map(WebApplication app)
    {
        var order = SampleApp.NewOrder(20_000);
        app.MapGet("/writeasjson", (HttpContext context) => context.Response.WriteAsJsonAsync(order));
        app.MapGet("/json", () => Results.Json(order));
        app.MapGet("/typedjson", () => TypedResults.Ok(SampleApp.NewOrder(200)));
        app.MapGet("/object", () => order);
        app.MapGet("/enumerable", EnumerateAsync);
        app.MapGet("/text", () => Results.Text(new string('ü', 9000), "text/plain", Encoding.UTF8));
        app.MapGet("/bytes", () => Results.Bytes(Bytes));
        app.MapGet("/bytes-range", () => Results.Bytes(Bytes, enableRangeProcessing: true));
        app.MapGet("/stream", () => Results.Stream(new MemoryStream(Bytes)));
        app.MapGet("/stream-range", () => Results.Stream(new MemoryStream(Bytes), enableRangeProcessing: true));
        app.MapGet("/pipe", () => Results.Stream(System.IO.Pipelines.PipeReader.Create(new MemoryStream(Bytes))));
        app.MapGet("/callback", () => Results.Stream(async body => await body.WriteAsync(Bytes)));
        app.MapGet("/problem", () => Results.Problem("wrong"));
        app.MapGet("/notfound", () => Results.NotFound());
        app.MapGet("/sse", () => TypedResults.ServerSentEvents(EnumerateAsync()));
        app.MapGet("/file", () => Results.File(FilePath, entityTag: new("\"tag\""), enableRangeProcessing: true));
        app.MapControllers();
    }

    private static async IAsyncEnumerable<Order> EnumerateAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            // Complete: where it has to wait, the serializer flushes, and then the chunks depend on the time.
            await Task.CompletedTask;
            yield return SampleApp.NewOrder(2000);
        }
    }
}
