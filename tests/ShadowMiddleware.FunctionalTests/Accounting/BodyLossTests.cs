using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Accounting;

/// <summary>Bodies that could not be captured whole: a counted drop, never a shortened copy.</summary>
public sealed class BodyLossTests : FunctionalTest
{
    private static readonly byte[] _halfOfABody =
    [
        .. RawRequest.Head("POST", "/x", "Content-Length: 1000"),
        .. new byte[500],
    ];

    [Fact]
    public async Task Body_AppReadsHalfAndAnswers_IsIncomplete()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                await context.Request.Body.ReadExactlyAsync(new byte[500], context.RequestAborted);
                await context.Response.WriteAsync("enough", context.RequestAborted);
            }
        );

        var response = await environment.Primary.ExchangeAsync(_halfOfABody, Token);

        Assert.Equal("enough", response.BodyText);
        await AssertDroppedAsync(environment, shadow, "body_incomplete");
    }

    [Fact]
    public async Task Body_ClientAbortsWhileTheAppReads_IsClientAborted()
    {
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                await context.Request.Body.ReadExactlyAsync(new byte[500], context.RequestAborted);
                reading.SetResult();
                await context.Request.Body.ReadExactlyAsync(new byte[500], CancellationToken.None);
            }
        );

        using var connection = await environment.Primary.ConnectAsync(Token);
        await connection.SendAsync(_halfOfABody, Token);
        await reading.Task.WaitAsync(Token);
        connection.Reset();

        await AssertDroppedAsync(environment, shadow, "client_aborted");
    }

    [Fact]
    public async Task Body_ClientResetsItsHttp2Stream_IsClientAborted()
    {
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http2,
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
                app.Run(async context =>
                {
                    await context.Request.Body.ReadExactlyAsync(new byte[500], context.RequestAborted);
                    reading.SetResult();
                    await context.Request.Body.ReadExactlyAsync(new byte[500], CancellationToken.None);
                }),
        }.StartAsync(Token);

        using var abort = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var content = new HalfContent(500);
        var post = environment.Client.PostAsync("/x", content, abort.Token);
        await reading.Task.WaitAsync(Token);
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);

        await AssertDroppedAsync(environment, shadow, "client_aborted");
    }

    [Fact]
    public async Task Body_ClientAbortsAfterTheWholeBody_IsMirrored()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                await SampleApp.EchoAsync(context);
                context.RequestAborted.Register(aborted.SetResult);
                read.SetResult();
                await aborted.Task;
            }
        );

        using var connection = await environment.Primary.ConnectAsync(Token);
        await connection.SendAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);
        await read.Task.WaitAsync(Token);
        connection.Reset();

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal([1, 2, 3], (await shadow.NextAsync(Token)).Body);
    }

    [Fact]
    public async Task Body_AppAborts_IsNeverSentInParts()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            async context =>
            {
                await context.Request.Body.ReadExactlyAsync(new byte[500], context.RequestAborted);
                context.Abort();
            }
        );

        using var connection = await environment.Primary.ConnectAsync(Token);
        await connection.SendAsync(_halfOfABody, Token);
        await Assert.ThrowsAnyAsync<IOException>(() => connection.ReadResponseAsync(Token));
        var ledger = await environment.WaitUntilSettledAsync(Token);

        // The server may or may not have got round to signalling its own abort.
        Assert.True(
            Assert.Single(ledger.Dropped).Key is "body_incomplete" or "client_aborted",
            LedgerAssert.Describe(ledger)
        );
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Body_BudgetIsUsedUp_IsDroppedUntilThereIsRoom()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(gate.Task));
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["MaxBufferedBytes"] = "12288", ["Shadows:v2:MaxBodyBytes"] = "8192" },
        }.StartAsync(Token);
        var budget = environment.Service<ByteBudget>();
        var request = RawRequest.Build("POST", "/x", [], new byte[8000]);

        await environment.Primary.ExchangeAsync(request, Token);
        await shadow.NextAsync(Token);
        Assert.Equal("read 8000", (await environment.Primary.ExchangeAsync(request, Token)).BodyText);
        Assert.Equal("read 0", (await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token)).BodyText);
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.InFlight == 2 && counts.Pending == 0, Token);
        Assert.InRange(budget.Used, 8192, 12288);

        gate.SetResult();
        await environment.WaitUntilLedgerIsAsync("seen 3, dropped.budget 1, completed.2xx 2", Token);
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);

        await environment.Primary.ExchangeAsync(request, Token);
        await environment.WaitUntilLedgerIsAsync("seen 4, dropped.budget 1, completed.2xx 3", Token);
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, RequestDelegate app) =>
        await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address }, App = host => host.Run(app) }.StartAsync(
            Token
        );

    private async Task AssertDroppedAsync(MirrorEnvironment environment, RawShadow shadow, string reason)
    {
        await environment.WaitUntilLedgerIsAsync($"seen 1, dropped.{reason} 1", Token);
        Assert.Equal(0, shadow.Connections);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
    }
}
