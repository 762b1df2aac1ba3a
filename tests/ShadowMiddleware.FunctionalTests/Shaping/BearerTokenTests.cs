using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class BearerTokenTests : FunctionalTest
{
    private static readonly byte[] Request = RawRequest.Get("/x", "Authorization: Bearer of-the-user");

    [Fact]
    public async Task Copies_WithAProvider_CarryItsTokenAndAskForItOnce()
    {
        var calls = 0;
        string? seenByApp = null;
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options =>
                options
                    .Shadows["v2"]
                    .UseBearerToken(_ =>
                        ValueTask.FromResult(Good($"for-the-shadow-{Interlocked.Increment(ref calls)}"))
                    ),
            App = app =>
                Microsoft.AspNetCore.Builder.RunExtensions.Run(
                    app,
                    context =>
                    {
                        seenByApp = context.Request.Headers.Authorization;
                        return Task.CompletedTask;
                    }
                ),
        }.StartAsync(Token);

        for (var i = 0; i < 5; i++)
        {
            await environment.Primary.ExchangeAsync(Request, Token);
            Assert.Equal("Bearer for-the-shadow-1", (await shadow.NextAsync(Token)).Value("Authorization"));
        }

        Assert.Equal("Bearer of-the-user", seenByApp);
        Assert.Equal(1, calls);
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry => entry.Message.Contains("for-the-shadow-", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Copies_WhoseProviderFails_AreDroppedAndSaidOnce()
    {
        var calls = 0;
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            _ =>
            {
                Interlocked.Increment(ref calls);
                throw new InvalidOperationException("client_secret=hush-hush");
            }
        );

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await environment.Primary.ExchangeAsync(Request, Token)).Status);
        }

        await environment.WaitUntilLedgerIsAsync("seen 10, dropped.transform_failed 10", Token);
        Assert.Equal(0, shadow.Connections);
        Assert.InRange(calls, 1, 5);
        Assert.Single(
            environment.Logs.OfLibrary,
            entry =>
                entry.Level == LogLevel.Warning
                && entry.Message.Contains("no bearer token for shadow v2", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry =>
                entry.Level > LogLevel.Debug
                && $"{entry.Message}{entry.Exception}".Contains("hush-hush", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Request_WhileTheProviderHangs_IsAnswered()
    {
        var gate = new TaskCompletionSource<BearerToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, _ => new ValueTask<BearerToken>(gate.Task));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await environment.Primary.ExchangeAsync(Request, Token)).Status);
        }

        Assert.Equal(0, shadow.Connections);
        gate.SetResult(Good("late"));
        await environment.WaitUntilLedgerIsAsync("seen 3, completed.2xx 3", Token);
        Assert.Equal("Bearer late", (await shadow.NextAsync(Token)).Value("Authorization"));
    }

    [Fact]
    public async Task Copies_WhoseProviderTakesLongerThanASend_AreDropped()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            _ => new ValueTask<BearerToken>(new TaskCompletionSource<BearerToken>().Task),
            ("Shadows:v2:Timeout", "00:00:00.2")
        );

        await environment.Primary.ExchangeAsync(Request, Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Host_ThatStopsDuringTheWait_CountsItAsShutdown()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            _ =>
            {
                called.TrySetResult();
                return new ValueTask<BearerToken>(new TaskCompletionSource<BearerToken>().Task);
            }
        );

        await environment.Primary.ExchangeAsync(Request, Token);
        await called.Task.WaitAsync(Token);
        await environment.Primary.StopAsync(Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.shutdown 1", Token);
    }

    private static BearerToken Good(string value) => new(value, TimeProvider.System.GetUtcNow().AddHours(1));

    private async Task<MirrorEnvironment> StartAsync(
        RawShadow shadow,
        Func<CancellationToken, ValueTask<BearerToken>> provider,
        params (string Key, string Value)[] settings
    )
    {
        var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options => options.Shadows["v2"].UseBearerToken(provider),
        };
        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        return await environment.StartAsync(Token);
    }
}
