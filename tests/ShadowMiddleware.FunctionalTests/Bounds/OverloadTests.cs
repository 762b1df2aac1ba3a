using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>Law 3, looked at all the while: a shadow that hangs under more load than it would take costs what the limits say and no more.</summary>
public sealed class OverloadTests : FunctionalTest
{
    private const int Clients = 8;
    private const int RequestsOfEach = 100;
    private const int QueueCapacity = 12;
    private const int MaxConcurrency = 4;

    // Bodies of one block: one too many would stay until its send ends, and be seen.
    private const int BlockSize = 4096;
    private const int BodyLength = 4000;
    private const int MaxBufferedBytes = 10 * BlockSize;

    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Load_ShadowHangsAndRecovers_NoLimitIsEverExceededAndMirroringResumes(
        HttpProtocols protocols,
        string version
    )
    {
        var connections = new OpenConnections();
        await using var shadow = await new RecordingShadow { Protocols = protocols, Handler = HangAsync }.StartAsync(
            Token
        );
        await using var environment = await StartAsync(shadow.Address, version, connections);
        var budget = environment.Service<ByteBudget>();
        var dispatcher = environment.Service<ShadowDirectory>().Current.All[0].Dispatcher;
        using var held = new PeakWatcher(() => budget.Used);
        using var queued = new PeakWatcher(() => dispatcher.Queued);
        using var inFlight = new PeakWatcher(() => InFlight(dispatcher.Account.Counters));

        await LoadAsync(environment);
        var hung = environment.Ledger.GetSnapshot().Shadows["v2"];
        var lost = LedgerAssert.Describe(hung);

        // Sends time out and make room for others, so that the load comes in waves and not once.
        Assert.Equal(Clients * RequestsOfEach, hung.Seen);
        Assert.True(hung.Dropped.ContainsKey("budget") && hung.Dropped.ContainsKey("queue_full"), lost);
        AssertBounded(held, queued, inFlight, connections);

        _recovered.SetResult();
        await environment.WaitUntilSettledAsync(Token);
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
        Assert.Equal(0, dispatcher.Queued);
        Assert.Equal(0, dispatcher.Workers);

        var before = Completed(environment);
        for (var i = 0; i < 10; i++)
        {
            await environment.Primary.ExchangeAsync(Request(i), Token);
            await environment.WaitUntilSettledAsync(Token);
        }

        Assert.Equal(before + 10, Completed(environment));
        AssertBounded(held, queued, inFlight, connections);
    }

    private static void AssertBounded(
        PeakWatcher held,
        PeakWatcher queued,
        PeakWatcher inFlight,
        OpenConnections connections
    )
    {
        Assert.InRange(held.Peak, BlockSize, MaxBufferedBytes);
        Assert.InRange(queued.Peak, 1, QueueCapacity);
        Assert.InRange(inFlight.Peak, 1, MaxConcurrency);
        Assert.InRange(connections.Peak, 1, MaxConcurrency);
    }

    // Counts are read one after the other: a copy that ends meanwhile and the next are both in them, unless none has begun.
    private static long InFlight(ShadowCounters counters)
    {
        while (true)
        {
            var before = counters.Read().Mirrored;
            var ledger = counters.Read();
            if (ledger.Mirrored == before)
            {
                return ledger.InFlight;
            }
        }
    }

    private static long Completed(MirrorEnvironment environment) =>
        LedgerAssert.Sum(environment.Ledger.GetSnapshot().Shadows["v2"].Completed);

    // So that more requests are admitted at one time than there are places left.
    private static async Task AnswerInWavesAsync(HttpContext context)
    {
        await SampleApp.EchoAsync(context);
        await Task.Delay(TimeSpan.FromMilliseconds(10), context.RequestAborted);
    }

    private Task HangAsync(HttpContext context) => _recovered.Task.WaitAsync(context.RequestAborted);

    private async Task<MirrorEnvironment> StartAsync(string address, string version, OpenConnections connections) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings =
            {
                ["MaxBufferedBytes"] = $"{MaxBufferedBytes}",
                ["Shadows:v2:MaxBodyBytes"] = $"{MaxBufferedBytes}",
                ["Shadows:v2:HttpVersion"] = version,
                ["Shadows:v2:MaxConcurrency"] = $"{MaxConcurrency}",
                ["Shadows:v2:QueueCapacity"] = $"{QueueCapacity}",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
                ["Shadows:v2:Timeout"] = "00:00:00.3",

                // Else the breaker would open and hide what a shadow that goes on to hang costs.
                ["Shadows:v2:CircuitBreaker:MinimumThroughput"] = "1000000",
            },
            App = app => app.Run(AnswerInWavesAsync),
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client =>
                        client.UseSocketsHttpHandler((handler, _) => handler.ConnectCallback = connections.OpenAsync)
                ),
        }.StartAsync(Token);

    private async Task LoadAsync(MirrorEnvironment environment) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    using var connection = await environment.Primary.ConnectAsync(Token);
                    for (var i = 0; i < RequestsOfEach; i++)
                    {
                        var expected = HasBody(i) ? $"read {BodyLength}" : "read 0";
                        Assert.Equal(expected, (await connection.ExchangeAsync(Request(i), Token)).BodyText);
                    }
                })
        );

    // Bodies use up the budget before they fill the queue, requests without one fill the queue. Bodies come first: in a queue that was full without
    // them, too few might find a place.
    private static bool HasBody(int i) => i % 4 != 3;

    private static byte[] Request(int i) =>
        HasBody(i) ? RawRequest.Build("POST", "/x", [], new byte[BodyLength]) : RawRequest.Get("/x");

    /// <summary>Counts the connections of a client where they are made and closed, which the other side learns of late.</summary>
    private sealed class OpenConnections
    {
        private readonly Lock _sync = new();
        private int _open;

        public int Peak { get; private set; }

        public async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken token)
        {
            lock (_sync)
            {
                Peak = Math.Max(Peak, ++_open);
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new CountedStream(socket, this);
        }

        private void Close()
        {
            lock (_sync)
            {
                _open--;
            }
        }

        private sealed class CountedStream(Socket socket, OpenConnections connections)
            : NetworkStream(socket, ownsSocket: true)
        {
            private int _closed;

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (Interlocked.Exchange(ref _closed, 1) == 0)
                {
                    connections.Close();
                }
            }
        }
    }
}
