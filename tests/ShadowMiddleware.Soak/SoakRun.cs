using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Clients;
using ShadowMiddleware.Soak.Reloading;
using ShadowMiddleware.Soak.Shadows;
using ShadowMiddleware.Soak.Traffic;
using ShadowMiddleware.Soak.Watching;

namespace ShadowMiddleware.Soak;

/// <summary>One soak: waves of traffic until the time is up or something is found, then the settlement.</summary>
internal sealed class SoakRun
{
    private const int Http1Clients = 20;
    private const int Http2Clients = 3;

    // Doors that read synchronously hold a thread each while their bytes are under way.
    private const int Threads = 32;
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClientTime = TimeSpan.FromSeconds(20);

    private readonly SoakArguments _arguments;
    private readonly Findings _findings;
    private readonly TimeProvider _time;
    private readonly MemoryTrend _memory;

    public SoakRun(SoakArguments arguments, Findings findings, TimeProvider time)
    {
        _arguments = arguments;
        _findings = findings;
        _time = time;
        _memory = new MemoryTrend(arguments.Time);
    }

    /// <returns>The summary.</returns>
    public async Task<string> RunAsync()
    {
        UnobservedExceptions.Watch();
        ThreadPool.SetMinThreads(Threads, Threads);
        var random = new Random(_arguments.Seed);
        var bodies = new TestBodies(random.Next());
        var tickets = new Tickets(_arguments.Seed);
        await using var stage = await Stage.SetAsync(bodies, tickets, random, _findings);
        using var expectations = new Expectations(stage.Twin);
        var context = new ClientContext(
            stage.Mirrored,
            new Waves(),
            new RequestKinds(bodies, stage.Mirrored.Doors),
            tickets,
            expectations,
            _findings,
            new ClientCounts()
        );

        var bounds = new BoundsWatch(stage.Mirrored.Services, () => stage.Addresses, _findings);
        await SoakAsync(stage, context, bounds, random);
        await SettleAsync(stage);
        var settlement = new Settlement(stage, bounds, _findings);
        settlement.Check(_arguments.Time);
        _memory.Add(MemorySample.Take());
        foreach (var fault in _memory.Faults)
        {
            _findings.Add(fault);
        }

        CheckUnobserved();
        var summary = Summary.Write(stage, context, bounds, _memory, _arguments.Time);
        await StopAsync(stage);
        return summary;
    }

    private async Task SoakAsync(Stage stage, ClientContext context, BoundsWatch bounds, Random random)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_findings.First);
        stop.CancelAfter(_arguments.Time);
        var reloader = new Reloader(
            stage.Settings,
            stage.Mirrored.Services.GetRequiredService<ConfigurationMonitor>(),
            stage.Well[ShadowNames.Guest].Address,
            new Random(random.Next()),
            _findings
        );
        var operating = new Operator(
            stage.Mirrored.Services.GetRequiredService<ITrafficMirroringControl>(),
            new Random(random.Next()),
            _findings
        );
        var running = new List<Task>
        {
            bounds.RunAsync(stop.Token),
            reloader.RunAsync(stop.Token),
            operating.RunAsync(stop.Token),
        };
        for (var i = 0; i < Http1Clients; i++)
        {
            running.Add(new Http1Client(context, new Random(random.Next())).RunAsync(stop.Token));
        }

        for (var i = 0; i < Http2Clients; i++)
        {
            running.Add(new Http2Client(context, new Random(random.Next())).RunAsync(stop.Token));
        }

        await MakeWavesAsync(stage, context.Waves, random, stop.Token);
        try
        {
            await Task.WhenAll(running).WaitAsync(ClientTime, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _findings.Add("A client does not come to its end.");
        }
    }

    private async Task MakeWavesAsync(Stage stage, Waves waves, Random random, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                waves.Begin(TimeSpan.FromMilliseconds(random.GetItems([5, 20, 100, 200], 1)[0]));
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2_500)), _time, stop);
                await random.GetItems(stage.Broken.ToArray(), 1)[0].ChangeAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2_500)), _time, stop);

                waves.End();
                foreach (var shadow in stage.Broken)
                {
                    await shadow.ChangeAsync();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 1_000)), _time, stop);
                _memory.Add(MemorySample.Take());
                CheckUnobserved();
                if (stage.Leftovers.Find() is { } leftovers)
                {
                    _findings.Add(leftovers);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The time is up, or something was found.
        }
        catch (Exception exception)
        {
            _findings.Add($"A shadow could not be changed: {exception}");
        }
    }

    private async Task SettleAsync(Stage stage)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _time);
        while (Settlement.FaultIn(stage) is { } fault)
        {
            if (_time.GetElapsedTime(start) > SettleTime)
            {
                _findings.Add(fault);
                return;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private async Task StopAsync(Stage stage)
    {
        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            await stage.Mirrored.StopAsync(limit.Token);
        }
        catch (Exception exception)
        {
            _findings.Add($"The host did not stop cleanly: {exception}");
        }

        if (limit.IsCancellationRequested || stage.Log.DrainsTimedOut > 0)
        {
            _findings.Add("The host took too long to stop.");
        }

        CheckUnobserved();
    }

    private void CheckUnobserved()
    {
        try
        {
            UnobservedExceptions.AssertNone();
        }
        catch (Xunit.Sdk.EmptyException exception)
        {
            _findings.Add($"Nobody looked at an exception: {exception.Message}");
        }
    }
}
