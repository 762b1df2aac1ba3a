using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Accounting;

/// <summary>Copies that were made and could not be sent.</summary>
public sealed class QueueLossTests : FunctionalTest
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Copy_QueueIsFull_IsDropped()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));
        await using var environment = await StartAsync(shadow.Address, ("QueueCapacity", "2"));

        await SendAsync(environment, shadow, 6);
        await environment.WaitUntilLedgerIsAsync("seen 6, dropped.queue_full 3, pending 2, inFlight 1", Token);

        _gate.SetResult();
        await environment.WaitUntilLedgerIsAsync("seen 6, dropped.queue_full 3, completed.2xx 3", Token);
    }

    [Fact]
    public async Task Copy_OverTheRate_IsDropped()
    {
        await using var shadow = RawShadow.Start();

        // One token in a thousand seconds: whatever the machine does, the first request has it and no other.
        await using var environment = await StartAsync(shadow.Address, ("MaxRequestsPerSecond", "0.001"));

        await SendAsync(environment, shadow, 5);

        await environment.WaitUntilLedgerIsAsync("seen 5, dropped.rate_limited 4, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Copy_WaitsTooLong_IsExpired()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));

        // The first send ends by its own timeout, long after the others were to be sent.
        await using var environment = await StartAsync(
            shadow.Address,
            ("QueueTimeout", "00:00:00.05"),
            ("Timeout", "00:00:00.5")
        );

        await SendAsync(environment, shadow, 4);

        await environment.WaitUntilLedgerIsAsync("seen 4, dropped.expired 3, failed.timeout 1", Token);
        Assert.Equal(0, shadow.Received);
    }

    [Fact]
    public async Task Copy_ShadowRemovedByAReload_IsWithdrawnAndStaysInTheLedger()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));
        await using var other = RawShadow.Start();
        await using var environment = await StartAsync(shadow.Address);

        await SendAsync(environment, shadow, 4);
        await environment.WaitUntilLedgerIsAsync("seen 4, pending 3, inFlight 1", Token);
        environment.Reload([
            ("Shadows:other:Address", other.Address),
            .. Keys.Select(key => ($"Shadows:v2:{key}", (string?)null)),
        ]);
        Assert.Equal("seen 4, dropped.withdrawn 3, inFlight 1", Describe(environment, "v2"));

        _gate.SetResult();
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilSettledAsync(Token, "v2");
        Assert.Equal("seen 4, dropped.withdrawn 3, completed.2xx 1", Describe(environment, "v2"));
        Assert.Equal("seen 1, completed.2xx 1", Describe(environment, "other"));

        // It comes back, and its totals go on.
        environment.Reload(("Shadows:v2:Address", shadow.Address));
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilSettledAsync(Token, "v2");
        Assert.Equal("seen 5, dropped.withdrawn 3, completed.2xx 2", Describe(environment, "v2"));
    }

    [Fact]
    public async Task Copy_MirroringDisabledByAReload_IsWithdrawn()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));
        await using var environment = await StartAsync(shadow.Address);

        await SendAsync(environment, shadow, 3);
        await environment.WaitUntilLedgerIsAsync("seen 3, pending 2, inFlight 1", Token);
        environment.Reload(("Enabled", "false"));
        _gate.SetResult();
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        await environment.WaitUntilLedgerIsAsync(
            "seen 4, skipped.disabled 1, dropped.withdrawn 2, completed.2xx 1",
            Token
        );
    }

    [Fact]
    public async Task Copy_BreakerIsOpen_IsDroppedUntilTheShadowIsBack()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.ResetAfter(""));
        await using var environment = await StartAsync(
            shadow.Address,
            ("CircuitBreaker:MinimumThroughput", "2"),
            ("CircuitBreaker:BreakDuration", "00:00:00.5")
        );

        for (var i = 0; i < 4; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
            await environment.WaitUntilSettledAsync(Token);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 4, dropped.breaker_open 2, failed.reset 2", LedgerAssert.Describe(ledger));
        Assert.Equal(2, ledger.Mirrored);

        shadow.Use(ShadowScripts.Answer());
        while (ledger.Completed.Count == 0)
        {
            Token.ThrowIfCancellationRequested();
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
            ledger = await environment.WaitUntilSettledAsync(Token);
        }

        Assert.Equal(2, ledger.Failed["reset"]);
        Assert.Equal(ledger.Seen, ledger.Dropped["breaker_open"] + 2 + ledger.Completed["2xx"]);
    }

    [Fact]
    public async Task Copy_ShadowAnswersErrors_DoesNotOpenTheBreaker()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
        await using var environment = await StartAsync(shadow.Address, ("CircuitBreaker:MinimumThroughput", "2"));

        for (var i = 0; i < 30; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        }

        await environment.WaitUntilLedgerIsAsync("seen 30, completed.5xx 30", Token);
    }

    private static readonly string[] Keys = ["Address", "MaxConcurrency"];

    /// <summary>Sends requests and returns when the first copy has reached the shadow, which holds on to it.</summary>
    private async Task SendAsync(MirrorEnvironment environment, RawShadow shadow, int count)
    {
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await shadow.NextAsync(Token);

        for (var i = 1; i < count; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        }
    }

    private async Task<MirrorEnvironment> StartAsync(string address, params (string Key, string Value)[] settings)
    {
        var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings = { ["Shadows:v2:MaxConcurrency"] = "1" },
        };

        foreach (var (key, value) in settings)
        {
            environment.Settings[$"Shadows:v2:{key}"] = value;
        }

        return await environment.StartAsync(Token);
    }

    private static string Describe(MirrorEnvironment environment, string shadow) =>
        LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows[shadow]);
}
