using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Http2;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>
/// Whatever bytes of a body a shadow receives, they are that request's own. The pool fills every block with rubbish when it comes back and
/// lends it at once to the next request, so that a copy that is read too late shows.
/// </summary>
public sealed class ForeignBytesTests : FunctionalTest
{
    private const int Clients = 4;
    private const int RequestsPerClient = 30;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, (string Version, Func<ShadowScript> Script)> Shadows = new(
        StringComparer.Ordinal
    )
    {
        ["reads slowly"] = ("1.1", ShadowScripts.AnswerSlowReader),
        ["resets as the next request comes"] = ("1.1", ShadowScripts.AnswerThenResetOnNext),
        ["answers early and reads on"] = ("1.1", ShadowScripts.AnswerEarly),
        ["answers early and takes the body later, over HTTP/2"] = ("2", AnswersEarly),
        ["takes the body slowly, over HTTP/2"] = ("2", TakesSlowly),
        ["refuses each other stream in the body, over HTTP/2"] = ("2", RefusesInTheBody),
        ["sends GOAWAY in the body, over HTTP/2"] = ("2", LeavesInTheBody),
    };

    public static MatrixTheoryData<string, bool> Cases { get; } = new(Shadows.Keys, [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bodies_OfManyRequests_HoldNothingOfAnother(string name, bool sendsAreGivenUp)
    {
        var (version, script) = Shadows[name];
        var clock = new StandingClock();
        var pool = new PoisonedPool();
        await using var shadow = RawShadow.Start(script());
        await using var environment = await StartAsync(shadow.Address, version, clock, pool);

        var clients = Enumerable.Range(0, Clients).Select(client => PostAsync(environment, client));
        await Task.WhenAll(clients);
        await environment.WaitUntilAsync(
            (ShadowLedger counts) =>
            {
                if (sendsAreGivenUp)
                {
                    clock.Advance(SendTimeout);
                }

                return counts is { Pending: 0, InFlight: 0 };
            },
            Token
        );

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(Clients * RequestsPerClient, ledger.Mirrored);
        await Eventually.HoldsAsync(
            () => pool.Returns == pool.Rents,
            () => $"{pool.Rents} blocks were lent, {pool.Returns} came back",
            Token
        );
        Assert.Equal(0, pool.ReturnsTwice);

        // What the shadow found to be foreign, it throws when it is disposed.
        Assert.True(shadow.CheckedBytes > 100_000, $"The shadow saw {shadow.CheckedBytes} bytes of bodies only.");
    }

    private async Task<MirrorEnvironment> StartAsync(
        string address,
        string version,
        StandingClock clock,
        PoisonedPool pool
    ) =>
        await new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http1,
            Shadows = { ["v2"] = address },
            ConfigureOptions = options =>
            {
                var v2 = options.Shadows["v2"];
                v2.HttpVersion = version;
                v2.MaxConcurrency = 8;
                v2.Timeout = SendTimeout;
                v2.QueueTimeout = TimeSpan.FromHours(10);
                v2.CircuitBreaker.MinimumThroughput = int.MaxValue;
            },
            ConfigureServices = services =>
            {
                services.AddSingleton(new BoundsClock(clock));
                services.AddSingleton(provider => new BlockPool(provider.GetRequiredService<ByteBudget>(), pool));
            },
        }.StartAsync(Token);

    private async Task PostAsync(MirrorEnvironment environment, int client)
    {
        using var connection = await environment.Primary.ConnectAsync(Token);
        for (var i = 0; i < RequestsPerClient; i++)
        {
            var owner = (client * RequestsPerClient) + i;
            var mark = MarkedBody.Mark("plain", 1000 + (owner * 777), owner);
            var body = MarkedBody.Create(mark);
            var request = RawRequest.Build("POST", "/x", [$"{MarkedBody.Field}: {mark}"], body);
            Assert.Equal($"read {body.Length}", (await connection.ExchangeAsync(request, Token)).BodyText);
        }
    }

    private static ShadowScript AnswersEarly() =>
        new Http2Behaviour
        {
            OpensWindows = false,
            OnHead = async (peer, copy) =>
            {
                await peer.AnswerAsync(copy);
                peer.Beside(async () =>
                {
                    // Long after the answer, more or less; what still comes then has to be right all the same.
                    await Task.Delay(TimeSpan.FromMilliseconds(copy.Stream % 40), peer.Token);
                    await peer.OpenWindowAsync(copy.Stream, 1_000_000);
                });
            },
            OnEnd = static (_, _) => Task.CompletedTask,
        };

    private static ShadowScript TakesSlowly() =>
        new Http2Behaviour { Settings = [(Http2Setting.InitialWindowSize, 3000)] };

    private static ShadowScript RefusesInTheBody() =>
        new Http2Behaviour
        {
            OnData = (peer, copy) =>
                copy.Number % 2 == 1 && !copy.IsRefused
                    ? peer.ResetAsync(copy, Http2Error.RefusedStream)
                    : Task.CompletedTask,
            OnEnd = (peer, copy) => copy.IsRefused ? Task.CompletedTask : peer.AnswerAsync(copy),
        };

    private static ShadowScript LeavesInTheBody() =>
        new Http2Behaviour
        {
            OnData = (peer, copy) => copy.Number == 7 ? peer.GoAwayAsync(0, Http2Error.None) : Task.CompletedTask,
            OnEnd = (peer, copy) => copy.Number < 7 ? peer.AnswerAsync(copy) : Task.CompletedTask,
        };
}
