using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Hosting;

public sealed class ReloadTests : FunctionalTest
{
    [Fact]
    public async Task Reload_Percent_TakesEffectOnTheNextRequest()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await GetAsync(environment);
        environment.Reload(("Shadows:v2:Percent", "0"));
        await GetAsync(environment);
        environment.Reload(("Shadows:v2:Percent", null));
        await GetAsync(environment);

        await environment.WaitUntilLedgerIsAsync("seen 3, skipped.not_sampled 1, completed.2xx 2", Token);
    }

    [Fact]
    public async Task Reload_KillSwitch_TakesEffectOnTheNextRequest()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        environment.Reload(("Enabled", "false"));
        await GetAsync(environment);
        environment.Reload(("Enabled", "true"));
        await GetAsync(environment);

        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.disabled 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Reload_WhatACopyLooksLike_TakesEffectOnTheNextCopy()
    {
        await using var shadow = RawShadow.Start();
        await using var moved = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await GetAsync(environment);
        var before = await shadow.NextAsync(Token);
        environment.Reload(
            ("Shadows:v2:Address", $"{moved.Address}/base"),
            ("Shadows:v2:SetHeaders:X-New", "1"),
            ("Shadows:v2:RemoveHeaders:0", "X-Old"),
            ("TagHeader", "X-Tag")
        );
        await GetAsync(environment);

        var after = await moved.NextAsync(Token);
        Assert.Equal(
            ("/x", true, false, true),
            (before.Target, before.Has("X-Old"), before.Has("X-New"), before.Has("X-Shadow-Request"))
        );
        Assert.Equal(
            ("/base/x", false, true, false),
            (after.Target, after.Has("X-Old"), after.Has("X-New"), after.Has("X-Shadow-Request"))
        );
        Assert.True(after.Has("X-Tag"));
        await environment.WaitUntilLedgerIsAsync("seen 2, completed.2xx 2", Token);
    }

    [Fact]
    public async Task Reload_HttpVersion_TakesEffectOnTheNextCopy()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        environment.Reload(("Shadows:v2:HttpVersion", "2"));
        await GetAsync(environment);

        Assert.Equal("HTTP/2", (await shadow.NextAsync(Token)).Protocol);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Reload_NewShadow_ReceivesFromNowOn()
    {
        await using var shadow = RawShadow.Start();
        await using var added = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await GetAsync(environment);
        environment.Reload(("Shadows:added:Address", added.Address));
        await GetAsync(environment);

        await environment.WaitUntilSettledAsync(Token, "added");
        var shadows = environment.Ledger.GetSnapshot().Shadows;
        Assert.Equal("seen 2, completed.2xx 2", LedgerAssert.Describe(shadows["v2"]));
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(shadows["added"]));
    }

    [Fact]
    public async Task Reload_ShadowRemovedWhileItsRequestRuns_IsWithdrawn()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address, ["other"] = shadow.Address },
            App = app =>
                app.Run(async context =>
                {
                    running.TrySetResult();
                    await gate.Task.WaitAsync(context.RequestAborted);
                }),
        }.StartAsync(Token);

        var get = GetAsync(environment);
        await running.Task.WaitAsync(Token);
        environment.Reload(("Shadows:v2:Address", null));
        gate.SetResult();
        await get;

        await environment.WaitUntilSettledAsync(Token, "v2");
        var shadows = environment.Ledger.GetSnapshot().Shadows;
        Assert.Equal("seen 1, dropped.withdrawn 1", LedgerAssert.Describe(shadows["v2"]));
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(shadows["other"]));
    }

    [Fact]
    public async Task Reload_WithFaults_KeepsTheLastGoodOneAndSaysSoOnce()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        environment.Reload(("Shadows:v2:Percent", "101"), ("Shadows:v2:Address", "nowhere"), ("TagHeader", "X-Other"));
        environment.Reload(("Shadows:v2:Percent", "101"));
        await GetAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);

        var refusal = Assert.Single(environment.Logs.OfLibrary, entry => entry.Level == LogLevel.Error);
        Assert.Contains("101", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);

        environment.Reload(("Shadows:v2:Percent", "0"), ("Shadows:v2:Address", shadow.Address));
        await GetAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.not_sampled 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Reload_ClientOfANewShadowCannotBeMade_ChangesNothingAndSaysSoOnce()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartWithBrokenClientAsync(shadow, "v3");

        environment.Reload(("Shadows:v3:Address", shadow.Address), ("Shadows:v2:Percent", "0"));
        environment.Reload();
        await GetAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);

        var refusal = Assert.Single(environment.Logs.OfLibrary, entry => entry.Level == LogLevel.Error);
        Assert.Equal("no certificate", refusal.Exception?.Message);
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry => entry.Message.Contains("v3", StringComparison.Ordinal) && entry.Level == LogLevel.Information
        );
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry => entry.Message.Contains("was reloaded", StringComparison.Ordinal)
        );

        environment.Reload(("Shadows:v3:Address", null));
        await GetAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.not_sampled 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task Reload_KillSwitchBesideAShadowWhoseClientCannotBeMade_TakesEffect()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartWithBrokenClientAsync(shadow, "v3");

        environment.Reload(("Shadows:v3:Address", shadow.Address), ("Enabled", "false"));
        await GetAsync(environment);

        await environment.WaitUntilSettledAsync(Token, "v2");
        var shadows = environment.Ledger.GetSnapshot().Shadows;
        Assert.Equal("seen 1, skipped.disabled 1", LedgerAssert.Describe(shadows["v2"]));
        Assert.Equal("seen 1, skipped.disabled 1", LedgerAssert.Describe(shadows["v3"]));
        environment.Logs.AssertNothingAtErrorOrAbove();

        environment.Reload(("Shadows:v3:Address", null), ("Enabled", "true"));
        await GetAsync(environment);
        await environment.WaitUntilAsync(
            snapshot => LedgerAssert.Describe(snapshot.Shadows["v2"]) == "seen 2, skipped.disabled 1, completed.2xx 1",
            Token
        );
    }

    [Fact]
    public async Task Reload_DuringLoad_LosesNothingWithoutAReason()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync(environment, stop.Token)));

        for (var i = 0; i < 30; i++)
        {
            var seen = environment.Ledger.GetSnapshot().Shadows["v2"].Seen;
            environment.Reload(
                i % 3 == 0 ? ("Enabled", "false") : ("Enabled", "true"),
                ("Shadows:v2:Percent", $"{50 + (i % 3 * 25)}")
            );
            await environment.WaitUntilAsync((ShadowLedger shadow) => shadow.Seen > seen + 5, Token);
        }

        await stop.CancelAsync();
        var sent = (await load).Sum();
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(sent, ledger.Seen);
        Assert.Equal(ledger.Mirrored, ledger.Completed["2xx"]);
        Assert.Equal(ledger.Mirrored, shadow.Received);
        Assert.Subset(new HashSet<string>(["withdrawn"]), ledger.Dropped.Keys.ToHashSet());
        Assert.Subset(new HashSet<string>(["disabled", "not_sampled"]), ledger.Skipped.Keys.ToHashSet());
    }

    private async Task<int> LoadAsync(MirrorEnvironment environment, CancellationToken stop)
    {
        using var connection = await environment.Primary.ConnectAsync(Token);
        var sent = 0;

        while (!stop.IsCancellationRequested)
        {
            await connection.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);
            sent++;
        }

        return sent;
    }

    private Task<RawMessage> GetAsync(MirrorEnvironment environment) =>
        environment.Primary.ExchangeAsync(RawRequest.Get("/x", "X-Old: 1"), Token);

    private async Task<MirrorEnvironment> StartWithBrokenClientAsync(RawShadow shadow, string broken) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    broken,
                    client =>
                        client.ConfigurePrimaryHttpMessageHandler(() =>
                            throw new InvalidOperationException("no certificate")
                        )
                ),
        }.StartAsync(Token);

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow) =>
        await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(Token);
}
