using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>Responses that end too early, and apps that go on too long.</summary>
public sealed class BrokenOffTests : ResponseTeeTest
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Client_GoesAwayWhileTheAppWrites_IsNotCaptured(HttpProtocols protocols)
    {
        await using var environment = await StartAsync(
            app =>
                app.Run(async context =>
                {
                    await context.Response.WriteAsync("first");
                    await context.Response.Body.FlushAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                        Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted)
                    );

                    // The server takes it, and sends it nowhere.
                    await context.Response.WriteAsync("second");
                }),
            protocols
        );

        // Without its content, the client gives up the response when it disposes it.
        (await environment.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Token)).Dispose();

        Assert.Equal(ResponseCaptureState.Incomplete, (await Tee.NextAsync(Token)).State);
        AssertNothingIsHeld(environment);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http2, true)]
    public async Task App_BreaksItsResponseOffAndReturns_IsNotCaptured(HttpProtocols protocols, bool byReset)
    {
        var seen = new SemaphoreSlim(0);
        await using var environment = await StartAsync(
            app =>
                app.Run(async context =>
                {
                    await context.Response.WriteAsync("first");
                    await context.Response.Body.FlushAsync();

                    // The token exists from now on, and will be cancelled on another thread.
                    await seen.WaitAsync(context.RequestAborted);
                    Assert.Equal(
                        protocols == HttpProtocols.Http2,
                        context.Features.Get<IHttpResetFeature>() is not null
                    );
                    if (byReset)
                    {
                        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode: 2);
                    }
                    else
                    {
                        context.Abort();
                    }
                }),
            protocols
        );

        using var response = await environment.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[5], Token);
        seen.Release();

        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1], Token));
        Assert.Equal(ResponseCaptureState.Incomplete, (await Tee.NextAsync(Token)).State);
        AssertNothingIsHeld(environment);
    }

    [Fact]
    public async Task App_WritesAfterItsRequestHasEnded_FailsAsWithoutATeeAndChangesNothing()
    {
        var late = new Dictionary<string, TaskCompletionSource<string>>
        {
            ["twin"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
            ["primary"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
        };
        var ended = new SemaphoreSlim(0);
        await using var environment = await StartAsync(app =>
            app.Run(async context =>
            {
                var (stream, writer) = (context.Response.Body, context.Response.BodyWriter);
                var who = context.Features.Get<IHttpResponseBodyFeature>() is ResponseBodyTee ? "primary" : "twin";
                await stream.WriteAsync("in time"u8.ToArray());
                WriteLate(stream, writer, ended, late[who]);
            })
        );

        // Twice on one connection: what is left of the first must not show in the second.
        var texts = new List<string>();
        foreach (var host in (PrimaryHost[])[environment.Twin, environment.Primary])
        {
            using var connection = await host.ConnectAsync(Token);
            texts.Add((await connection.ExchangeAsync(RawRequest.Get("/"), Token)).ComparableText());
            if (host == environment.Primary)
            {
                Assert.Equal("in time"u8.ToArray(), (await Tee.NextAsync(Token)).Body);
            }

            ended.Release();
            var name = host == environment.Primary ? "primary" : "twin";
            texts.Add(await late[name].Task.WaitAsync(Token));
        }

        Assert.Equal(texts[..2], texts[2..]);
        AssertNothingIsHeld(environment);
    }

    [Fact]
    public async Task ManyRequests_WithTheTee_GiveEveryBlockBack()
    {
        await using var environment = await StartAsync(Responses.Map, HttpProtocols.Http2);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (i, token) =>
            {
                var path = Responses.Paths[i % Responses.Paths.Length];
                await StreamedResponse.ReadAsync(environment.Primary, "GET", path, token);
                await Tee.NextAsync(token);
            }
        );

        AssertNothingIsHeld(environment);
    }

    // Nobody waits for it: that is the point.
    private static async void WriteLate(
        Stream stream,
        System.IO.Pipelines.PipeWriter writer,
        SemaphoreSlim ended,
        TaskCompletionSource<string> outcome
    )
    {
        await ended.WaitAsync();
        outcome.SetResult(
            string.Join(
                ", ",
                (await Record.ExceptionAsync(async () => await stream.WriteAsync(new byte[3])))?.GetType().Name,
                Record.Exception(() => writer.Write("late"u8))?.GetType().Name,
                (await Record.ExceptionAsync(async () => await writer.FlushAsync()))?.GetType().Name
            )
        );
    }
}
