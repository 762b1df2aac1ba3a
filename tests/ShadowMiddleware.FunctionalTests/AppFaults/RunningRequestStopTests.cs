using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The host stops while a request runs: it ends as it ends without the mirror, and it is counted.</summary>
public sealed class RunningRequestStopTests : FunctionalTest
{
    public static TheoryData<string> Cases { get; } = [.. RunningRequests.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Host_StopsWhileARequestRuns_TheRequestEndsTheSameAndIsCounted(string name)
    {
        var running = RunningRequests.All[name];
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, running);
        var budget = environment.Service<ByteBudget>();

        var expected = await StopAsync(environment.Twin, running);
        var actual = await StopAsync(environment.Primary, running);

        Assert.Equal(expected, actual);
        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Contains(LedgerAssert.Describe(ledger), running.Outcomes.Select(outcome => $"seen 1, {outcome} 1"));
        Assert.Equal(0, budget.Used);
        ServerLogs.AssertSame(environment.TwinLogs, environment.Logs);
        ServerLogs.AssertLibraryIsQuiet(environment.Logs, "has stopped before all copies");
        UnobservedExceptions.AssertNone();
    }

    private async Task<string> StopAsync(PrimaryHost host, RunningRequest running)
    {
        var request = new FaultRequest("x", Framings.Length, BodyDoors.All["Body"].Body, "application/octet-stream");
        var view = FaultStage.View(host, request.Name);
        using var client = await WireClient.OpenAsync(host, () => { }, Token);
        var whole = request.ToHttp1();
        await client.SendAsync(
            running.IsSentWhole ? whole : whole.AsMemory(0, request.HeadToHttp1().Length + RunningRequests.Half),
            Token
        );
        await Eventually.HoldsAsync(() => running.Reached(view), view.ToString, Token);

        var stop = host.StopAsync(Token);
        await host.WaitUntilItRefusesAsync(Token);
        await running.Finish(client, request, view, Token);
        var answer = running.OutlivesTheServer ? "" : await client.ReadAnswerAsync(Token);
        await stop;

        // For the app that hears nothing, not even that its server has gone.
        view.LeftoverEnded.SetResult();
        await view.Ended.Task.WaitAsync(Token);

        // Whether the server tells the client that it will close depends on how far its own stop has come.
        return $"{answer.Replace("Connection: close\r\n", "", StringComparison.Ordinal)}\n{view}";
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, RunningRequest running) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["DrainTimeout"] = "00:00:30" },
            ConfigureServices = services =>
            {
                services.AddSingleton<AppViews>();

                // What does not end by itself ends with the server's patience.
                services.Configure<HostOptions>(host =>
                    host.ShutdownTimeout = TimeSpan.FromSeconds(running.OutlivesTheServer ? 0.3 : 30)
                );
            },
            BeforeMirror = app =>
            {
                app.Use(Fronts.EndAsync);
                app.Use(Fronts.Witness);
            },
            App = app => app.Run(context => running.App(context)),
        }.StartAsync(Token);
}
