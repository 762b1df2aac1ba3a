using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Accounting;

public sealed class ShutdownTests : FunctionalTest
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Stop_CopiesAreQueued_SendsThem()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));
        await using var environment = await StartAsync(shadow, drainTimeout: "00:00:20");
        await SendAsync(environment, shadow, 5);

        var stop = environment.Primary.StopAsync(Token);
        await environment.Primary.WaitUntilItRefusesAsync(Token);
        Assert.False(stop.IsCompleted);
        _gate.SetResult();
        await stop;

        await environment.WaitUntilLedgerIsAsync("seen 5, completed.2xx 5", Token);
        Assert.Equal(4, shadow.Received);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:00.2")]
    public async Task Stop_ShadowHangs_CountsWhatIsLeft(string drainTimeout)
    {
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(_gate.Task));
        await using var environment = await StartAsync(shadow, drainTimeout);
        await SendAsync(environment, shadow, 5);

        await environment.Primary.StopAsync(Token);

        await environment.WaitUntilLedgerIsAsync("seen 5, dropped.shutdown 4, failed.shutdown 1", Token);
        Assert.Equal(0, shadow.Received);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    [Fact]
    public async Task Stop_HandlerIgnoresItsToken_CountsWhatIsLeft()
    {
        using var handler = new DeafHandler(_gate.Task);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:1" },
            Settings =
            {
                ["Shadows:v2:MaxConcurrency"] = "1",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",

                // On a slow machine the send must not end by its own time before the host does.
                ["Shadows:v2:Timeout"] = "00:01:00",
            },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => handler)),
        }.StartAsync(Token);
        for (var i = 0; i < 3; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], new byte[5000]), Token);
        }

        await environment.WaitUntilLedgerIsAsync("seen 3, pending 2, inFlight 1", Token);

        await environment.Primary.StopAsync(Token);

        Assert.Equal(
            "seen 3, dropped.shutdown 2, failed.shutdown 1",
            LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"])
        );
        _gate.SetException(new InvalidOperationException("late"));
        UnobservedExceptions.AssertNone();
    }

    [Fact]
    public async Task Stop_NothingIsLeft_EndsAtOnce()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, drainTimeout: "00:10:00");
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilSettledAsync(Token);

        await environment.Primary.StopAsync(Token);

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"]));
    }

    private async Task SendAsync(MirrorEnvironment environment, RawShadow shadow, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], new byte[5000]), Token);
        }

        await shadow.NextAsync(Token);
        await environment.WaitUntilLedgerIsAsync($"seen {count}, pending {count - 1}, inFlight 1", Token);
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, string drainTimeout) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["DrainTimeout"] = drainTimeout,
                ["Shadows:v2:MaxConcurrency"] = "1",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
            },
        }.StartAsync(Token);

    private sealed class DeafHandler(Task gate) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            await gate;
            return new HttpResponseMessage();
        }
    }
}
