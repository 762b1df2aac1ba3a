using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The host stops with copies on their way: in every way to stop, with every drain, over every shadow. All is counted at the end.</summary>
public sealed class HostStopTests : FunctionalTest
{
    private const string Hangs = "hangs";
    private const string Wakes = "answers when the stop has begun";
    private const string Answers = "answers";
    private const string Refuses = "refuses";
    private const int Copies = 5;

    private static readonly Dictionary<string, Func<PrimaryHost, CancellationToken, Task>> _ways = new(
        StringComparer.Ordinal
    )
    {
        ["stop"] = (host, token) => host.StopAsync(token),
        ["stop without time"] = (host, _) => host.StopAsync(new CancellationToken(canceled: true)),
        ["stop twice"] = async (host, token) =>
        {
            await host.StopAsync(token);
            await host.StopAsync(token);
        },
        ["stop twice at once"] = (host, token) => Task.WhenAll(host.StopAsync(token), host.StopAsync(token)),
        ["stop, then dispose"] = async (host, token) =>
        {
            await host.StopAsync(token);
            await host.DisposeAsync();
        },
        ["dispose"] = (host, _) => host.DisposeAsync().AsTask(),
        ["dispose twice"] = async (host, _) =>
        {
            await host.DisposeAsync();
            await host.DisposeAsync();
        },
        ["stop under reloads"] = (host, token) => host.StopAsync(token),
    };

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static MatrixTheoryData<string, string, string> Cases { get; } =
        new([.. _ways.Keys], [Hangs, Wakes, Answers, Refuses], ["00:00:00", "00:00:00.2", "00:10:00"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Host_Stops_EverythingIsCountedAndNothingIsThrown(string way, string shadowThat, string drain)
    {
        await using var shadow = RawShadow.Start(
            shadowThat == Answers ? ShadowScripts.Answer() : ShadowScripts.AnswerAfter(_gate.Task)
        );
        await using var refused = new RefusedPort();
        await using var environment = await StartAsync(
            shadowThat == Refuses ? refused.Address : shadow.Address,
            shadowThat,
            drain
        );
        var budget = environment.Service<ByteBudget>();
        for (var i = 0; i < Copies; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], new byte[5000]), Token);
        }

        if (shadowThat is Hangs or Wakes)
        {
            await environment.WaitUntilLedgerIsAsync($"seen {Copies}, pending {Copies - 1}, inFlight 1", Token);
        }
        else if (shadowThat == Refuses)
        {
            await environment.WaitUntilAsync(
                (ShadowLedger counts) => counts.Dropped.ContainsKey("breaker_open"),
                Token
            );
        }

        var (expected, actual) = await StopAsync(environment, way, shadowThat);

        Assert.Equal(expected, actual);
        if (way.StartsWith("dispose", StringComparison.Ordinal))
        {
            // Nobody who disposes waits for what was cancelled.
            await environment.WaitUntilSettledAsync(Token);
        }

        AssertCounted(
            environment.Ledger.GetSnapshot(),
            shadowThat,
            drain,
            isStopped: way.StartsWith("stop", StringComparison.Ordinal) && way != "stop without time"
        );
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
        ServerLogs.AssertLibraryIsQuiet(environment.Logs, "has stopped before all copies", "pause");
        UnobservedExceptions.AssertNone();
    }

    private static void AssertCounted(LedgerSnapshot snapshot, string shadowThat, string drain, bool isStopped)
    {
        LedgerAssert.AddsUp(snapshot);
        var counts = snapshot.Shadows["v2"];
        var text = LedgerAssert.Describe(counts);
        Assert.True(counts is { Pending: 0, InFlight: 0, Seen: Copies }, text);

        string[] reasons = shadowThat switch
        {
            Hangs => ["dropped.shutdown", "failed.shutdown"],
            Refuses => ["failed.connect", "dropped.breaker_open", "dropped.shutdown", "failed.shutdown"],
            _ => ["completed.2xx", "dropped.shutdown", "failed.shutdown"],
        };
        var others = text.Split(", ")
            .Select(count => count.Split(' ')[0])
            .Except(["seen", .. reasons], StringComparer.Ordinal);
        Assert.True(!others.Any(), text);
        switch (shadowThat)
        {
            case Hangs:
                Assert.Equal($"seen {Copies}, dropped.shutdown {Copies - 1}, failed.shutdown 1", text);
                break;
            case Wakes or Answers when isStopped && drain == "00:10:00":
                Assert.Equal($"seen {Copies}, completed.2xx {Copies}", text);
                break;
        }
    }

    private async Task<(string Expected, string Actual)> StopAsync(
        MirrorEnvironment environment,
        string way,
        string shadowThat
    )
    {
        var stopping = RunAsync(environment.Primary);
        using var reloads = new CancellationTokenSource();
        var reloading = way == "stop under reloads" ? ReloadAsync(environment, reloads.Token) : Task.CompletedTask;
        if (shadowThat == Wakes)
        {
            await environment.Primary.WaitUntilItRefusesAsync(Token);
            _gate.SetResult();
        }

        var actual = await stopping;
        await reloads.CancelAsync();
        await reloading;
        return (await RunAsync(environment.Twin), actual);

        async Task<string> RunAsync(PrimaryHost host)
        {
            try
            {
                await _ways[way](host, Token);
                return "nothing is thrown";
            }
            catch (Exception exception)
            {
                return $"{exception.GetType()} \"{exception.Message}\"";
            }
        }
    }

    private static async Task ReloadAsync(MirrorEnvironment environment, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            environment.Reload(("Shadows:v2:Timeout", $"00:00:{10 + (i % 20)}"));
            await Task.Yield();
        }
    }

    private async Task<MirrorEnvironment> StartAsync(string address, string shadowThat, string drain) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = address },
            Settings =
            {
                ["DrainTimeout"] = drain,
                ["Shadows:v2:MaxConcurrency"] = "1",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
                ["Shadows:v2:Timeout"] = "00:01:00",
                ["Shadows:v2:CircuitBreaker:MinimumThroughput"] = "2",
                ["Shadows:v2:CircuitBreaker:BreakDuration"] = "00:01:00",
            },

            // Shorter than the longest drain, where nobody but the host would end that.
            ConfigureServices = services =>
                services.Configure<HostOptions>(host =>
                    host.ShutdownTimeout = shadowThat == Hangs ? TimeSpan.FromSeconds(0.3) : TimeSpan.FromMinutes(10)
                ),
        }.StartAsync(Token);
}
