using System.Diagnostics;
using QuickStart.Reporting;
using QuickStart.Services;
using QuickStart.Traffic;
using ShadowMiddleware;
using static System.FormattableString;

namespace QuickStart;

/// <summary>Starts the services, sends traffic or waits for somebody else's, and reports.</summary>
internal sealed class Demonstration(Arguments arguments, Screen screen, CancellationToken interrupted)
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);

    // More than a copy can take by default: 5 seconds in the queue and 10 on its way.
    private static readonly TimeSpan _settlingTime = TimeSpan.FromSeconds(20);

    private readonly Tally _tally = new();

    public async Task<int> RunAsync()
    {
        screen.WriteLine("Starting Orders V1, its shadow V2, and a twin of V1 that does not mirror.\n");
        await using var services = await DemoServices.StartAsync(screen);
        screen.WriteLine(Texts.Services(services));

        var exitCode = ExitCodes.Ok;
        if (arguments.Traffic > TimeSpan.Zero)
        {
            await SendTrafficAsync(services);
            exitCode = await ReportAsync(services);
        }

        if (arguments.Serve && !interrupted.IsCancellationRequested)
        {
            await ServeAsync(services);
            exitCode = await ReportAsync(services);
        }

        return exitCode;
    }

    private async Task SendTrafficAsync(DemoServices services)
    {
        using var generator = new TrafficGenerator(services.PrimaryAddress, services.TwinAddress, _tally);
        var start = Stopwatch.GetTimestamp();
        var traffic = generator.RunAsync(arguments.Traffic, interrupted);
        do
        {
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            screen.ShowProgress(
                Invariant(
                    $"{seconds, 5:N1} s   {services.Copies.Requests, 6:N0} requests   {_tally.Different:N0} responses differ   "
                ) + Invariant($"{services.Copies.Copies, 6:N0} copies received"),
                TimeSpan.FromSeconds(2)
            );
            await Task.WhenAny(traffic, Task.Delay(_tick));
        } while (!traffic.IsCompleted);

        screen.EndProgress();
        await traffic;
    }

    private async Task ServeAsync(DemoServices services)
    {
        screen.WriteLine(Texts.Invitation(services));
        while (!interrupted.IsCancellationRequested)
        {
            screen.ShowProgress(LedgerOf(services).InOneLine(), TimeSpan.FromSeconds(3));
            await Task.Delay(_tick, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        screen.EndProgress();
    }

    private async Task<int> ReportAsync(DemoServices services)
    {
        var start = Stopwatch.GetTimestamp();
        while (!LedgerOf(services).IsSettled() && Stopwatch.GetElapsedTime(start) < _settlingTime)
        {
            await Task.Delay(_tick);
        }

        var results = new Results(_tally.GetView(), services.Copies, LedgerOf(services));
        var findings = Conclusion.Draw(results);
        new Report(screen, results).Write(findings);
        return findings.All(finding => finding.Kept) ? ExitCodes.Ok : ExitCodes.PromiseBroken;
    }

    private static ShadowLedger LedgerOf(DemoServices services) =>
        services.Ledger.GetSnapshot().Shadows[DemoServices.ShadowName];
}
