using System.Globalization;

namespace ShadowMiddleware.Soak;

internal static class Program
{
    // What stopping, settling and a last burst may take together; then the run is over, whatever hangs.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private static async Task<int> Main(string[] args)
    {
        if (SoakArguments.Parse(args) is not { } arguments)
        {
            await Console.Error.WriteLineAsync(SoakArguments.Usage);
            return 2;
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Seed {arguments.Seed}, {arguments.Time.TotalSeconds} s, process {Environment.ProcessId}"
            )
        );
        using var findings = new Findings();
        EndAfter(arguments.Time + Grace, arguments.Seed, findings);
        Console.WriteLine(await new SoakRun(arguments, findings, TimeProvider.System).RunAsync());
        if (findings.All.Count == 0)
        {
            Console.WriteLine("PASSED");
            return 0;
        }

        WriteFailure(arguments.Seed, findings);
        return 1;
    }

    private static void WriteFailure(int seed, Findings findings)
    {
        Console.WriteLine($"FAILED, seed {seed}:");
        foreach (var finding in findings.All)
        {
            Console.WriteLine($"- {finding}");
        }
    }

    // A thread of its own: where the thread pool hangs, its timers hang too.
    private static void EndAfter(TimeSpan time, int seed, Findings findings)
    {
        var watchdog = new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(time);
            findings.Add("The run did not end by itself.");
            WriteFailure(seed, findings);
            Environment.Exit(1);
        })
        {
            IsBackground = true,
        };
        watchdog.Start();
    }
}
