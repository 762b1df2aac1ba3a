using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Http2;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>
/// Law 3 for connections. Of an HTTP/2 connection that has no stream to give the platform's client keeps hold, and opens another one for
/// the next copy, without an end. What bounds them must follow reloads, and cost a shadow that is well no copy.
/// </summary>
public sealed class ConnectionTests : FunctionalTest
{
    private const int MaxConcurrency = 4;
    private const int Clients = 8;

    // It goes on saying something: connections that have fallen silent are closed.
    private static readonly Http2Behaviour NoStream = new()
    {
        Settings = [(Http2Setting.MaxConcurrentStreams, 0)],
        OnStart = peer =>
        {
            peer.Beside(() => SpeakAsync(peer));
            return Task.CompletedTask;
        },
    };

    [Fact]
    public async Task Copies_ShadowAllowsNoStream_ConnectionsAreBoundedAndTheRestIsCounted()
    {
        await using var shadow = RawShadow.Start(NoStream);
        using var connections = new OpenConnections(shadow.Port);
        await using var environment = await StartAsync(("v2", shadow.Address, MaxConcurrency));

        await LoadAsync(environment, 50);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.InRange(connections.Peak, MaxConcurrency, 2 * MaxConcurrency);
        Assert.InRange(ledger.Failed["connect"], 1, ledger.Mirrored);
        Assert.Single(environment.Logs.OfLibrary, entry => entry.Level >= LogLevel.Warning && IsOfLosses(entry));
        UnobservedExceptions.AssertNone();
    }

    [Fact]
    public async Task Copies_ShadowAllowsNoStream_TheBreakerOpens()
    {
        // A connection's first request is under way before it can know: that is not answered either.
        await using var shadow = RawShadow.Start(
            new Http2Behaviour
            {
                Settings = NoStream.Settings,
                OnStart = NoStream.OnStart,
                OnEnd = (_, _) => Task.CompletedTask,
            }
        );
        await using var environment = await StartAsync(("v2", shadow.Address, MaxConcurrency));
        environment.Reload(
            ("Shadows:v2:CircuitBreaker:MinimumThroughput", "5"),
            ("Shadows:v2:CircuitBreaker:FailureRatio", "0.1"),
            ("Shadows:v2:CircuitBreaker:BreakDuration", "00:10:00")
        );

        await LoadAsync(environment, 50);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.True(ledger.Dropped.ContainsKey("breaker_open"), LedgerAssert.Describe(ledger));
    }

    [Fact]
    public async Task Reload_MaxConcurrencyGoesUpAndDown_TheBoundFollows()
    {
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start(NoStreamUntil(closing.Task));
        using var connections = new OpenConnections(shadow.Port);
        await using var environment = await StartAsync(("v2", shadow.Address, 2));

        await LoadAsync(environment, 20);
        await environment.WaitUntilSettledAsync(Token);
        Assert.InRange(connections.Peak, 2, 4);

        environment.Reload(("Shadows:v2:MaxConcurrency", "6"));
        await LoadAsync(environment, 40);
        await environment.WaitUntilSettledAsync(Token);
        Assert.InRange(connections.Peak, 6, 12);

        // What is there already stays, but nothing is added.
        environment.Reload(("Shadows:v2:MaxConcurrency", "1"));
        var made = shadow.Connections;
        await LoadAsync(environment, 2);
        await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(made, shadow.Connections);

        shadow.Use(NoStream);
        closing.SetResult();
        await Eventually.HoldsAsync(() => connections.Now == 0, () => $"{connections.Now} are open", Token);
        await LoadAsync(environment, 10);
        await environment.WaitUntilSettledAsync(Token);
        Assert.InRange(connections.Now, 1, 2);
    }

    [Fact]
    public async Task Reload_AddressMoves_TheBoundIsThatOfTheNewOne()
    {
        await using var first = RawShadow.Start(NoStream);
        await using var second = RawShadow.Start(NoStream);
        using var connections = new OpenConnections(second.Port);
        await using var environment = await StartAsync(("v2", first.Address, 1));
        await LoadAsync(environment, 10);
        await environment.WaitUntilSettledAsync(Token);

        environment.Reload(("Shadows:v2:Address", second.Address));
        await LoadAsync(environment, 10);
        await environment.WaitUntilSettledAsync(Token);

        Assert.InRange(connections.Peak, 1, 2);
    }

    [Fact]
    public async Task Copies_ShadowsShareAnAddress_ShareTheSumOfTheirBounds()
    {
        await using var shadow = RawShadow.Start(NoStream);
        using var connections = new OpenConnections(shadow.Port);
        await using var environment = await StartAsync(
            ("one", shadow.Address, 1),
            ("three", shadow.Address + "/three", 3)
        );

        await LoadAsync(environment, 24);
        await environment.WaitUntilSettledAsync(Token, "one");

        Assert.InRange(connections.Peak, 4, 8);
    }

    [Fact]
    public async Task Copies_ShadowIsWellAgainAndHoldsItsOldConnections_ArriveOnceThoseHaveHadTheirTime()
    {
        var clock = new StandingClock();
        await using var shadow = RawShadow.Start(NoStream);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["Shadows:v2:HttpVersion"] = "2",
                ["Shadows:v2:MaxConcurrency"] = "1",
                ["Shadows:v2:Timeout"] = "01:00:00",
                ["Shadows:v2:QueueTimeout"] = "01:00:00",
            },
            ConfigureServices = services => services.AddSingleton(new BoundsClock(clock)),
        }.StartAsync(Token);

        // Until a copy finds no place.
        for (var failed = false; !failed; )
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
            await environment.WaitUntilAsync(HasEnded, Token);
            failed = environment.Ledger.GetSnapshot().Shadows["v2"].Failed.ContainsKey("connect");
        }

        shadow.Use(new Http2Behaviour());
        clock.Advance(TimeSpan.FromMinutes(2));
        var before = (await environment.WaitUntilSettledAsync(Token)).Completed.GetValueOrDefault("2xx");
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilAsync(HasEnded, Token);

        Assert.Equal(before + 1, (await environment.WaitUntilSettledAsync(Token)).Completed["2xx"]);
        UnobservedExceptions.AssertNone();

        bool HasEnded(ShadowLedger counts)
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            return counts is { Pending: 0, InFlight: 0 };
        }
    }

    [Fact]
    public async Task Copies_HealthyShadowThatClosesAfterEachResponse_NoneIsLost()
    {
        await using var shadow = RawShadow.Start(
            ShadowScripts.AnswerAndClose("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        );
        await using var environment = await StartHealthyAsync(shadow.Address, "1.1");

        await AssertNoneIsLostAsync(environment, 600);
    }

    [Theory]
    [InlineData("1.1", false, HttpProtocols.Http1)]
    [InlineData(null, true, HttpProtocols.Http1)]
    [InlineData(null, true, HttpProtocols.Http2)]
    [InlineData("2", false, HttpProtocols.Http2)]
    public async Task Copies_HealthyShadowAndConnectionsThatLiveShort_NoneIsLost(
        string? version,
        bool tls,
        HttpProtocols protocols
    )
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Certificate = tls ? TestAuthority.Good : null,
            Handler = SampleApp.EchoAsync,
        }.StartAsync(Token);
        await using var environment = await StartHealthyAsync(
            shadow.Address,
            version,
            handler =>
            {
                TestAuthority.Trust(handler);
                handler.PooledConnectionLifetime = TimeSpan.FromMilliseconds(1);
            }
        );

        await AssertNoneIsLostAsync(environment, 400);
    }

    private async Task AssertNoneIsLostAsync(MirrorEnvironment environment, int requests)
    {
        await LoadAsync(environment, requests);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal($"seen {requests}, completed.2xx {requests}", LedgerAssert.Describe(ledger));
    }

    private static bool IsOfLosses(LogEntry entry) => entry.Message.Contains("loses copies", StringComparison.Ordinal);

    private static async Task SpeakAsync(Http2Peer peer)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(peer.Token))
        {
            await peer.OpenWindowAsync(stream: 0, bytes: 1);
        }
    }

    private static Http2Behaviour NoStreamUntil(Task closing) =>
        new()
        {
            Settings = NoStream.Settings,
            OnStart = peer =>
            {
                peer.Beside(() => SpeakAsync(peer));
                peer.Beside(async () =>
                {
                    await closing.WaitAsync(peer.Token);
                    peer.Reset();
                });
                return Task.CompletedTask;
            },
        };

    // Copies that wait for a stream end soon, and the breaker would hide the fault from most of the others.
    private Task<MirrorEnvironment> StartAsync(params (string Name, string Address, int MaxConcurrency)[] shadows)
    {
        var environment = new MirrorEnvironment();
        foreach (var (name, address, maxConcurrency) in shadows)
        {
            environment.Shadows[name] = address;
            environment.Settings[$"Shadows:{name}:HttpVersion"] = "2";
            environment.Settings[$"Shadows:{name}:MaxConcurrency"] = $"{maxConcurrency}";
            environment.Settings[$"Shadows:{name}:QueueTimeout"] = "00:01:00";
            environment.Settings[$"Shadows:{name}:Timeout"] = "00:00:01";
            environment.Settings[$"Shadows:{name}:CircuitBreaker:MinimumThroughput"] = "1000000";
        }

        return environment.StartAsync(Token);
    }

    private Task<MirrorEnvironment> StartHealthyAsync(
        string address,
        string? version,
        Action<SocketsHttpHandler>? configureClient = null
    ) =>
        new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings =
            {
                ["Shadows:v2:HttpVersion"] = version,
                ["Shadows:v2:MaxConcurrency"] = $"{MaxConcurrency}",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
            },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.UseSocketsHttpHandler((handler, _) => configureClient?.Invoke(handler))
                ),
        }.StartAsync(Token);

    private async Task LoadAsync(MirrorEnvironment environment, int requests)
    {
        var request = RawRequest.Get("/x");
        var left = requests;
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    using var connection = await environment.Primary.ConnectAsync(Token);
                    while (Interlocked.Decrement(ref left) >= 0)
                    {
                        Assert.Equal("read 0", (await connection.ExchangeAsync(request, Token)).BodyText);
                    }
                })
        );
    }
}
