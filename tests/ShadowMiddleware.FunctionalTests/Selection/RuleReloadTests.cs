using System.Collections.Concurrent;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Selection;

public sealed class RuleReloadTests : FunctionalTest
{
    private const int Clients = 4;
    private const int Reloads = 30;

    [Fact]
    public async Task Reload_OfRulesDuringLoad_LosesAndDoublesNothing()
    {
        var received = new ConcurrentBag<string>();
        await using var shadow = await new RecordingShadow
        {
            Handler = context =>
            {
                received.Add(context.Request.Headers["X-Id"].ToString());
                return Task.CompletedTask;
            },
        }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:QueueCapacity"] = "100000", ["Protection:Enabled"] = "false" },
        }.StartAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = Task.WhenAll(
            Enumerable.Range(0, Clients).Select(client => LoadAsync(environment, client, stop.Token))
        );

        for (var i = 0; i < Reloads; i++)
        {
            var seen = environment.Ledger.GetSnapshot().Shadows["v2"].Seen;
            environment.Reload(i % 2 == 0 ? ByPath : ByResponse);
            await environment.WaitUntilAsync((ShadowLedger counts) => counts.Seen > seen + Clients, Token);
        }

        await stop.CancelAsync();
        var sent = (await load).Sum();
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(sent, ledger.Seen);
        Assert.Empty(ledger.Dropped);
        Assert.Empty(ledger.Failed);
        Assert.Equal(ledger.Mirrored, ledger.Completed["2xx"]);
        Assert.Equal(ledger.Mirrored, received.Count);
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.Equal(["response_status", "rule"], ledger.Skipped.Keys.Order());
        Assert.Equal(sent, ledger.Skipped.Values.Sum() + ledger.Mirrored);
    }

    private static readonly (string, string?)[] ByPath =
    [
        ("Shadows:v2:Rules:0:Paths:0", "/even"),
        ("Shadows:v2:Rules:0:Percent", "0"),
        ("Shadows:v2:Rules:0:ResponseStatus:0", null),
    ];

    private static readonly (string, string?)[] ByResponse =
    [
        ("Shadows:v2:Rules:0:Paths:0", "/odd"),
        ("Shadows:v2:Rules:0:Percent", "100"),
        ("Shadows:v2:Rules:0:ResponseStatus:0", "5xx"),
    ];

    private async Task<int> LoadAsync(MirrorEnvironment environment, int client, CancellationToken stop)
    {
        using var connection = await environment.Primary.ConnectAsync(Token);
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            var target = sent % 2 == 0 ? "/even" : "/odd";
            await connection.ExchangeAsync(
                RawRequest.Build("POST", target, [$"X-Id: {client}-{sent}"], [1, 2, 3]),
                Token
            );
            sent++;
        }

        return sent;
    }
}
