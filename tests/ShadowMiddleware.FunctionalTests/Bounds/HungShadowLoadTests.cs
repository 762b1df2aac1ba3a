using Microsoft.Extensions.Logging;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>Law 3 under load: what a hung shadow can cost has a limit, and all of it comes back.</summary>
public sealed class HungShadowLoadTests : FunctionalTest
{
    private const int Requests = 400;
    private const int Clients = 8;
    private const int QueueCapacity = 10;
    private const int MaxConcurrency = 4;

    // Three blocks of its body, and its head.
    private const int BytesPerCopy = 12_288 + 1024;

    [Fact]
    public async Task Load_ShadowHangs_QueueConnectionsAndBytesStayBounded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(gate.Task));
        await using var environment = await StartAsync(shadow.Address);
        var budget = environment.Service<ByteBudget>();

        await LoadAsync(environment, bodyLength: 10_000);

        await environment.WaitUntilLedgerIsAsync(
            $"seen {Requests}, dropped.queue_full {Requests - QueueCapacity - MaxConcurrency}, "
                + $"pending {QueueCapacity}, inFlight {MaxConcurrency}",
            Token
        );
        Assert.InRange(budget.Used, 1, (QueueCapacity + MaxConcurrency) * BytesPerCopy);
        Assert.InRange(shadow.PeakConnections, 1, MaxConcurrency);

        gate.SetResult();
        await environment.WaitUntilLedgerIsAsync(
            $"seen {Requests}, dropped.queue_full {Requests - QueueCapacity - MaxConcurrency}, "
                + $"completed.2xx {QueueCapacity + MaxConcurrency}",
            Token
        );
        Assert.InRange(shadow.PeakConnections, 1, MaxConcurrency);
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
    }

    [Fact]
    public async Task Load_ManyLosses_AreOneLineInTheLog()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Reset());
        await using var environment = await StartAsync(shadow.Address);

        await LoadAsync(environment, bodyLength: 10);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(Requests, LedgerAssert.Sum(ledger.Failed) + LedgerAssert.Sum(ledger.Dropped));
        Assert.Single(
            environment.Logs.OfLibrary,
            entry => entry.Level >= LogLevel.Warning && entry.Message.Contains("loses copies", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Load_ShadowIsHealthy_EveryCopyArrives()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await LoadAsync(environment, bodyLength: 5000);

        await environment.WaitUntilLedgerIsAsync($"seen {Requests}, completed.2xx {Requests}", Token);
        Assert.Equal(Requests, shadow.Received);
        var budget = environment.Service<ByteBudget>();
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
    }

    private async Task<MirrorEnvironment> StartAsync(string address) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings =
            {
                ["Shadows:v2:MaxConcurrency"] = $"{MaxConcurrency}",
                ["Shadows:v2:QueueCapacity"] = $"{QueueCapacity}",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
                ["Shadows:v2:Timeout"] = "00:01:00",
            },
        }.StartAsync(Token);

    private async Task LoadAsync(MirrorEnvironment environment, int bodyLength)
    {
        var request = RawRequest.Build("POST", "/x", [], new byte[bodyLength]);

        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    using var connection = await environment.Primary.ConnectAsync(Token);

                    for (var i = 0; i < Requests / Clients; i++)
                    {
                        var response = await connection.ExchangeAsync(request, Token);
                        Assert.Equal($"read {bodyLength}", response.BodyText);
                    }
                })
        );
    }
}
