using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>Long responses, slow responses, and the time of their bytes.</summary>
public sealed class StreamingTests : ResponseTeeTest
{
    private const int PieceSize = 64 * 1024;
    private const int Pieces = 1024;

    public static MatrixTheoryData<string, HttpProtocols> Ways { get; } =
        new(["/body", "/writer", "/start", "/sse"], [HttpProtocols.Http1, HttpProtocols.Http2]);

    public static MatrixTheoryData<string, HttpProtocols> LongWays { get; } =
        new(["body", "writer", "mixed"], [HttpProtocols.Http1, HttpProtocols.Http2]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Response_WrittenAndFlushed_ArrivesBeforeTheAppGoesOn(string way, HttpProtocols protocols)
    {
        var seen = new SemaphoreSlim(0);
        await using var environment = await StartAsync(app => MapSlow(app, seen), protocols);

        // The app writes the second part when the client has the first: one that is held back ends in the test's deadline.
        using var response = await environment.Client.GetAsync(way, HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        if (way != "/start")
        {
            var first = new byte[way == "/sse" ? "data: first\n\n".Length : "first".Length];
            await body.ReadExactlyAsync(first, Token);
            Assert.Contains("first", System.Text.Encoding.ASCII.GetString(first), StringComparison.Ordinal);
        }

        seen.Release();
        using var rest = new StreamReader(body);
        Assert.Contains("second", await rest.ReadToEndAsync(Token), StringComparison.Ordinal);
        Assert.Equal(ResponseCaptureState.Whole, (await Tee.NextAsync(Token)).State);
        AssertNothingIsHeld(environment);
    }

    [Theory]
    [MemberData(nameof(LongWays))]
    public async Task Response_LongerThanTheCap_ArrivesWholeAndNothingIsHeldBehindTheCap(
        string way,
        HttpProtocols protocols
    )
    {
        Tee.MaxBytes = 100_000;
        var mostHeld = 0L;
        MirrorEnvironment? running = null;
        await using var environment = await StartAsync(
            app =>
                app.MapGet(
                    "/{way}",
                    context =>
                        WriteLongAsync(
                            context,
                            way,
                            () => mostHeld = Math.Max(mostHeld, running!.Service<ByteBudget>().Used)
                        )
                ),
            protocols
        );
        running = environment;

        using var response = await environment.Client.GetAsync(
            $"/{way}",
            HttpCompletionOption.ResponseHeadersRead,
            Token
        );
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        var digest = await SHA256.HashDataAsync(body, Token);

        Assert.Equal(LongDigest(), digest);
        Assert.Equal(ResponseCaptureState.TooLarge, (await Tee.NextAsync(Token)).State);
        Assert.True(
            mostHeld <= 100_000,
            string.Create(CultureInfo.InvariantCulture, $"{mostHeld} bytes were held over the cap")
        );
        AssertNothingIsHeld(environment);
    }

    [Fact]
    public async Task Response_ThatTheClientDoesNotRead_HoldsBackTheAppAsWithoutATee()
    {
        var written = 0;
        await using var environment = await StartAsync(app =>
            app.MapGet("/", context => WriteLongAsync(context, "body", () => Interlocked.Increment(ref written)))
        );

        using var connection = await environment.Primary.ConnectAsync(Token);
        await connection.SendAsync(RawRequest.Get("/"), Token);
        await WaitUntilItStopsGrowingAsync(() => Volatile.Read(ref written));

        Assert.InRange(Volatile.Read(ref written), 1, Pieces - 1);
        connection.Reset();
        Assert.NotEqual(ResponseCaptureState.Whole, (await Tee.NextAsync(Token)).State);
        AssertNothingIsHeld(environment);
    }

    private async Task WaitUntilItStopsGrowingAsync(Func<int> count)
    {
        var last = -1;
        while (count() != last || last == 0)
        {
            last = count();
            await Task.Delay(100, Token);
        }
    }

    private static async Task WriteLongAsync(HttpContext context, string way, Action afterEach)
    {
        var piece = new byte[PieceSize];
        for (var i = 0; i < Pieces; i++)
        {
            Fill(piece, i);
            if (way == "body" || (way == "mixed" && i % 2 == 0))
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
            else
            {
                piece.CopyTo(context.Response.BodyWriter.GetMemory(piece.Length));
                context.Response.BodyWriter.Advance(piece.Length);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }

            afterEach();
        }
    }

    private static byte[] LongDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        for (var i = 0; i < Pieces; i++)
        {
            Fill(piece, i);
            hash.AppendData(piece);
        }

        return hash.GetHashAndReset();
    }

    private static void Fill(byte[] piece, int index)
    {
        Array.Fill(piece, (byte)index);
        BitConverter.TryWriteBytes(piece, index);
    }

    private static void MapSlow(WebApplication app, SemaphoreSlim seen)
    {
        app.MapGet(
            "/body",
            async context =>
            {
                await context.Response.Body.WriteAsync("first"u8.ToArray());
                await context.Response.Body.FlushAsync();
                await seen.WaitAsync(context.RequestAborted);
                await context.Response.Body.WriteAsync("second"u8.ToArray());
            }
        );
        app.MapGet(
            "/writer",
            async context =>
            {
                await context.Response.BodyWriter.WriteAsync("first"u8.ToArray());
                await seen.WaitAsync(context.RequestAborted);
                await context.Response.BodyWriter.WriteAsync("second"u8.ToArray());
            }
        );
        app.MapGet(
            "/start",
            async context =>
            {
                // To start is not to send.
                await context.Response.StartAsync();
                await context.Response.BodyWriter.FlushAsync();
                await seen.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("second");
            }
        );
        app.MapGet("/sse", () => TypedResults.ServerSentEvents(EventsAsync(seen)));
    }

    private static async IAsyncEnumerable<string> EventsAsync(SemaphoreSlim seen)
    {
        yield return "first";
        await seen.WaitAsync();
        yield return "second";
    }
}
