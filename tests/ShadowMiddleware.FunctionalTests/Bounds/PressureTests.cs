using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>Protection with everything real: the app's own throughput, the machine's processors, a shadow whose copies cost a lot.</summary>
public sealed class PressureTests : FunctionalTest
{
    private static readonly int Clients = 4 * Environment.ProcessorCount;

    [Fact]
    public async Task Load_AppIsSaturated_CopiesGiveWayAndComeBack()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, protection: true);
        using var saturated = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var load = LoadAsync(environment, Clients, () => saturated.IsCancellationRequested);
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.Dropped.ContainsKey("pressure"), Token);

        // Some are sent all the same.
        var mirrored = environment.Ledger.GetSnapshot().Shadows["v2"].Mirrored;
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.Mirrored > mirrored + 100, Token);
        await saturated.CancelAsync();
        await load;
        await environment.WaitUntilSettledAsync(Token);

        // Nobody watches any more a second after the load has ended, and then every request has its copy.
        ShadowLedger before;
        ShadowLedger after;
        do
        {
            before = environment.Ledger.GetSnapshot().Shadows["v2"];
            await LoadAsync(environment, clients: 1, () => Seen(environment) >= before.Seen + 50);
            after = await environment.WaitUntilSettledAsync(Token);
        } while (after.Mirrored - before.Mirrored < after.Seen - before.Seen);

        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    [Fact]
    public async Task Load_AppIsSaturatedWithoutProtection_NothingGivesWay()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, protection: false);

        await LoadAsync(environment, Clients, () => Seen(environment) > 2_000 * Environment.ProcessorCount);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.DoesNotContain("pressure", ledger.Dropped.Keys);
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, bool protection) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Protection:Enabled"] = $"{protection}" },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient("v2", client => client.AddHttpMessageHandler(() => new BusyHandler())),
        }.StartAsync(Token);

    private static long Seen(MirrorEnvironment environment) => environment.Ledger.GetSnapshot().Shadows["v2"].Seen;

    private Task LoadAsync(MirrorEnvironment environment, int clients, Func<bool> isOver) =>
        Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            using var connection = await environment.Primary.ConnectAsync(Token);
                            var request = RawRequest.Get("/x");
                            while (!isOver())
                            {
                                Assert.Equal(200, (await connection.ExchangeAsync(request, Token)).Status);
                            }
                        },
                        Token
                    )
                )
        );

    /// <summary>Makes each copy cost a multiple of a request's time.</summary>
    private sealed class BusyHandler : DelegatingHandler
    {
        private static readonly TimeSpan _work = TimeSpan.FromMilliseconds(0.3);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < _work) { }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
