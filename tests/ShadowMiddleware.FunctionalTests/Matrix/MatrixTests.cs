using System.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>
/// Law 1, and what laws 2 and 3 say of the same requests, over every fault of a shadow and every kind of request. The clock of the mirror
/// stands still while the clients are served, so that no copy can end by its timeout before they were answered.
/// </summary>
public abstract class MatrixTests : FunctionalTest
{
    // The server says so at times of a body whose client left, with the mirror and without.
    private const string OfTheServer = "Reading is already in progress.";

    private const int Rounds = 2;
    private const int MaxConcurrency = 8;
    private const int LooksAtOneTime = 250;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    private readonly string _clientVersion;
    private readonly StandingClock _clock = new();
    private readonly PoisonedPool _pool = new();

    protected MatrixTests(string clientVersion) => _clientVersion = clientVersion;

    private static int Requests => Rounds * RequestKind.All.Count;

    protected static TheoryData<string> FaultsFor(string clientVersion) =>
        [
            .. MatrixCell
                .All.Where(cell => cell.ClientVersion == clientVersion)
                .Select(cell => cell.Fault.Key)
                .Distinct(),
        ];

    /// <summary>Runs all cells of one fault.</summary>
    protected async Task RunAsync(string key)
    {
        var fault = ShadowFault.Get(key);
        await using var shadow = fault.Start();
        using var connections = new OpenConnections(shadow.Port);
        await using var environment = await StartAsync(fault, shadow);
        var warnings = Warnings(environment.Logs).Count();

        using (var mirrored = await ConnectAsync(environment.Primary))
        using (var plain = await ConnectAsync(environment.Twin))
        {
            for (var round = 0; round < Rounds; round++)
            {
                await AssertClientsSeeNothingAsync(fault, mirrored, plain, round);
            }
        }

        var ledger = await EndAsync(fault, environment);

        AssertOutcomes(fault, ledger, environment.Logs);
        await AssertAllCameBackAsync(environment);
        AssertConnectionsAreBounded(fault, shadow, connections);
        await AssertLogsAreQuietAsync(environment, warnings);
        UnobservedExceptions.AssertNone();
    }

    private async Task<IMatrixClient> ConnectAsync(PrimaryHost host) =>
        _clientVersion == MatrixCell.Http2
            ? new Http2MatrixClient(host)
            : await Http1MatrixClient.ConnectAsync(host, Token);

    private async Task<MirrorEnvironment> StartAsync(ShadowFault fault, FaultyShadow shadow) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Protocols = _clientVersion == MatrixCell.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options =>
            {
                var v2 = options.Shadows["v2"];
                v2.HttpVersion = fault.Version;
                v2.MaxConcurrency = MaxConcurrency;
                v2.Timeout = SendTimeout;
                v2.QueueTimeout = TimeSpan.FromHours(1);

                // Open, it would hide the fault from most of the copies.
                v2.CircuitBreaker.MinimumThroughput = int.MaxValue;
            },
            ConfigureMirroring = mirroring =>
            {
                if (shadow.ConfigureClient is { } configure)
                {
                    mirroring.ConfigureShadowClient(
                        "v2",
                        client => client.UseSocketsHttpHandler((handler, _) => configure(handler))
                    );
                }
            },
            ConfigureServices = services =>
            {
                BodyReaders.AddServices(services);
                services.AddSingleton(new BoundsClock(_clock));
                services.AddSingleton(provider => new BlockPool(provider.GetRequiredService<ByteBudget>(), _pool));
            },
            App = MatrixApp.Map,
        }.StartAsync(Token);

    private async Task AssertClientsSeeNothingAsync(
        ShadowFault fault,
        IMatrixClient mirrored,
        IMatrixClient plain,
        int round
    )
    {
        var owner = round * RequestKind.All.Count;
        foreach (var cell in MatrixCell.Of(fault, _clientVersion))
        {
            var kind = cell.Kind;
            var expected = await plain.ExchangeAsync(kind, ++owner, Token);
            var actual = await mirrored.ExchangeAsync(kind, owner, Token);

            Assert.Equal($"{kind.Name}: {expected}", $"{kind.Name}: {actual}");
            Assert.Matches($@"^HTTP/\d\.\d {kind.Status}", actual);
        }
    }

    /// <summary>Lets the copies end, by their time where they have to.</summary>
    private async Task<ShadowLedger> EndAsync(ShadowFault fault, MirrorEnvironment environment)
    {
        if (fault.FailsInTimeOnly)
        {
            // Every client has its answer, and not one copy has failed.
            Assert.Equal(0, Failed(environment));
        }

        if (fault.HangsAlways)
        {
            // What ended is read anew each time: a step of the clock may end copies that came after those it was made for.
            while (Failed(environment) < Copies(Snapshot(environment)))
            {
                await environment.WaitUntilAsync(
                    (ShadowLedger counts) =>
                        counts.InFlight == Math.Min(MaxConcurrency, Copies(counts) - Failures(counts)),
                    Token
                );
                var stuck = Snapshot(environment);
                var looks = 0;
                await environment.WaitUntilAsync(
                    (ShadowLedger counts) =>
                    {
                        // Again now and then: a copy is in flight before its time begins to run. Too often would be a minute without losses.
                        if (looks++ % LooksAtOneTime == 0)
                        {
                            _clock.Advance(SendTimeout);
                        }

                        return Failures(counts) >= Math.Min(Copies(counts), Failures(stuck) + stuck.InFlight);
                    },
                    Token
                );
            }
        }
        else if (fault.MayHang)
        {
            await AdvanceWhenQuietAsync(environment);
        }

        return await environment.WaitUntilSettledAsync(Token);
    }

    // Too early a step makes a timeout of what would have ended by itself, which such a fault allows as well.
    private async Task AdvanceWhenQuietAsync(MirrorEnvironment environment)
    {
        var (ended, since) = (-1L, Stopwatch.GetTimestamp());
        await environment.WaitUntilAsync(
            (ShadowLedger counts) =>
            {
                if (Ended(environment) is var now && now != ended)
                {
                    (ended, since) = (now, Stopwatch.GetTimestamp());
                }
                else if (Stopwatch.GetElapsedTime(since) > Quiet)
                {
                    since = Stopwatch.GetTimestamp();
                    _clock.Advance(SendTimeout);
                }

                return counts is { Pending: 0, InFlight: 0 };
            },
            Token
        );
    }

    private static ShadowLedger Snapshot(MirrorEnvironment environment) =>
        environment.Ledger.GetSnapshot().Shadows["v2"];

    private static long Failed(MirrorEnvironment environment) => Failures(Snapshot(environment));

    private static long Failures(ShadowLedger counts) => LedgerAssert.Sum(counts.Failed);

    private static long Ended(MirrorEnvironment environment) =>
        LedgerAssert.Sum(Snapshot(environment).Completed) + Failed(environment);

    private static long Copies(ShadowLedger counts) => Requests - Lost(counts);

    /// <summary>Requests whose body did not arrive: in time for an app that did not read it, or at all.</summary>
    private static long Lost(ShadowLedger counts) =>
        counts.Dropped.GetValueOrDefault("client_aborted") + counts.Dropped.GetValueOrDefault("body_incomplete");

    private static void AssertOutcomes(ShadowFault fault, ShadowLedger ledger, RecordingLogs logs)
    {
        var outcomes = ledger.Completed.Select(count => ($"completed.{count.Key}", count.Value));
        outcomes = outcomes.Concat(ledger.Failed.Select(count => ($"failed.{count.Key}", count.Value)));
        var expected = outcomes.Where(count => fault.Outcomes.Contains(count.Item1)).Sum(count => count.Value);
        var spared = fault.ShowsInBody ? ledger.Completed.GetValueOrDefault("2xx") : 0;
        Assert.InRange(spared, 0, Rounds);
        TestContext.Current.TestOutputHelper?.WriteLine(LedgerAssert.Describe(ledger));
        var causes = logs.OfLibrary.Select(entry => entry.Exception?.ToString()).OfType<string>().Distinct();
        Assert.True(
            expected + spared == Copies(ledger) && ledger.Seen == Requests,
            $"{LedgerAssert.Describe(ledger)}, caused by {string.Join(Environment.NewLine, causes)}"
        );
        Assert.InRange(
            Lost(ledger),
            Rounds * RequestKind.All.Count(kind => !kind.IsMirrored),
            Rounds * RequestKind.All.Count(kind => !kind.IsMirrored || kind.MayArriveLate)
        );
    }

    private async Task AssertAllCameBackAsync(MirrorEnvironment environment)
    {
        var budget = environment.Service<ByteBudget>();
        await Eventually.HoldsAsync(
            () => budget.Used == 0 && _pool.Returns == _pool.Rents,
            () => $"{budget.Used} bytes are held, {_pool.Rents} blocks were lent, {_pool.Returns} came back",
            Token
        );
        Assert.True(_pool.Rents > 0);
        Assert.Equal(0, _pool.ReturnsTwice);
    }

    private static void AssertConnectionsAreBounded(ShadowFault fault, FaultyShadow shadow, OpenConnections connections)
    {
        // One that is on its way out may overlap with the one that takes its place.
        Assert.InRange(connections.Peak, 0, fault.HangsAlways ? MaxConcurrency : 2 * MaxConcurrency);
        if (shadow.Raw is { } raw)
        {
            Assert.InRange(raw.Connections, 1, fault.KeepsConnections ? 2 * MaxConcurrency : int.MaxValue);
        }
    }

    private async Task AssertLogsAreQuietAsync(MirrorEnvironment environment, int warningsBefore)
    {
        // The server has errors of its own, of apps that throw and of clients that leave; they may come after the response.
        await Eventually.HoldsAsync(
            () => Errors(environment.Logs).SequenceEqual(Errors(environment.TwinLogs)),
            () =>
                $"{string.Join("; ", Errors(environment.Logs))} instead of {string.Join("; ", Errors(environment.TwinLogs))}",
            Token
        );

        // The clients that left are a loss in every case, so losses begin, and begin once.
        // That the shadow of a row answers otherwise than the app is no loss. Nor is a background thread that was at one piece of work for a
        // second: beside other tests, code that is still being compiled takes that long. BackgroundWorkersTests hold when it is logged.
        var warnings = Warnings(environment.Logs)
            .Skip(warningsBefore)
            .Where(message => !message.Contains("The usual cause is", StringComparison.Ordinal))
            .Where(message => !message.StartsWith("A background thread of traffic mirroring", StringComparison.Ordinal))
            .ToArray();
        Assert.Single(warnings, message => message.Contains("loses copies", StringComparison.Ordinal));
        Assert.Single(warnings);
    }

    private static IEnumerable<string> Errors(RecordingLogs logs) =>
        logs
            .Entries.Where(entry => entry.Level >= LogLevel.Error && entry.Exception?.Message != OfTheServer)
            .Select(entry => $"{entry.Category}: {entry.Exception?.Message}")
            .Order(StringComparer.Ordinal);

    /// <summary>Those of the mirror and its client. The server warns of a busy machine.</summary>
    private static IEnumerable<string> Warnings(RecordingLogs logs) =>
        logs
            .Entries.Where(entry => entry.Level == LogLevel.Warning)
            .Where(entry => !entry.Category.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal))
            .Select(entry => entry.Message);
}
