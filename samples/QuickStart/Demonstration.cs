using System.Diagnostics;
using QuickStart.Reporting;
using QuickStart.Services;
using QuickStart.Traffic;
using ShadowMiddleware;
using static System.FormattableString;

namespace QuickStart;

/// <summary>Starts the services, sends traffic or waits for somebody else's, and reports.</summary>
internal sealed class Demonstration(Arguments arguments, TextWriter output, CancellationToken interrupted)
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);

    // More than a copy can take by default: 5 seconds in the queue and 10 on its way.
    private static readonly TimeSpan _settlingTime = TimeSpan.FromSeconds(20);

    private readonly Tally _tally = new();

    public async Task<int> RunAsync()
    {
        await using var services = await DemoServices.StartAsync();
        output.WriteLine($"primary, Orders V1 with mirroring  {services.PrimaryAddress}");
        output.WriteLine($"twin,    Orders V1 without         {services.TwinAddress}");
        output.WriteLine($"shadow,  Orders V2                 {services.ShadowAddress}");
        output.WriteLine();

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
        var progress = new ProgressLine(output, !Console.IsOutputRedirected, TimeSpan.FromSeconds(2));
        var start = Stopwatch.GetTimestamp();
        var traffic = generator.RunAsync(arguments.Traffic, interrupted);
        do
        {
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            progress.Show(
                Invariant($"{seconds,5:N1} s   {_tally.Requests,6:N0} requests   {_tally.Different:N0} responses differ   ")
                    + Invariant($"{services.Copies.Copies,6:N0} copies received")
            );
            await Task.WhenAny(traffic, Task.Delay(_tick));
        } while (!traffic.IsCompleted);

        progress.Clear();
        await traffic;
    }

    private async Task ServeAsync(DemoServices services)
    {
        output.WriteLine(Invitation.For(services));
        var progress = new ProgressLine(output, !Console.IsOutputRedirected, TimeSpan.FromSeconds(3));
        while (!interrupted.IsCancellationRequested)
        {
            progress.Show(LedgerOf(services).InOneLine());
            await Task.Delay(_tick, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        progress.Clear();
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
        new Report(output, results).Write(findings);
        return findings.All(finding => finding.Kept) ? ExitCodes.Ok : ExitCodes.PromiseBroken;
    }

    private static ShadowLedger LedgerOf(DemoServices services) =>
        services.Ledger.GetSnapshot().Shadows[DemoServices.ShadowName];
}
