using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;
using ShadowMiddleware.LoadTest.Reporting;
using ShadowMiddleware.LoadTest.Scenarios;
using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest;

/// <summary>One run: measures, prints the tables, writes the files.</summary>
internal static class Run
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var failures = new Failures();
        try
        {
            await (
                arguments.Scenario switch
                {
                    ScenarioName.Protection => ProtectAsync(arguments, failures),
                    ScenarioName.Isolation => IsolateAsync(arguments, failures),
                    _ => CompareAsync(arguments, failures),
                }
            );
        }
        catch (Exception exception)
            when (exception
                    is LoadException
                        or InvalidOperationException
                        or TimeoutException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            failures.Add(exception.Message);
        }

        foreach (var failure in failures.All)
        {
            await Console.Error.WriteLineAsync($"Failed: {failure}");
        }

        return failures.All.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task ProtectAsync(Arguments arguments, Failures failures) =>
        Console.WriteLine(await new ProtectionScenario(arguments, failures).RunAsync());

    private static async Task IsolateAsync(Arguments arguments, Failures failures)
    {
        var files = ResultFiles.Open(arguments);

        // Before the results are written: they would count as changes on top of the commit.
        var machine = await Machine.DescribeAsync(nginx: "not used");
        var rows = await new IsolationScenario(arguments, failures, Console.Error.WriteLine).RunAsync();
        var report = new IsolationReport(machine, arguments, rows, failures.All);

        Console.WriteLine(IsolationTable.Write(rows));
        string[] written =
        [
            await files.WriteAsync("isolation.md", IsolationMarkdown.Write(report)),
            await files.WriteAsync("isolation.json", JsonReport.Write(report)),
        ];
        await Console.Error.WriteLineAsync($"Written: {string.Join(", ", written)}");
    }

    private static async Task CompareAsync(Arguments arguments, Failures failures)
    {
        var files = ResultFiles.Open(arguments);
        var nginx = NginxProgram.Find();

        // Before the results are written: they would count as changes on top of the commit.
        var machine = await Machine.DescribeAsync(nginx is null ? null : await NginxProgram.ReadVersionAsync(nginx));
        var comparison = await new ComparisonScenario(arguments, failures, Console.Error.WriteLine).RunAsync(nginx);
        var report = new Report(machine, arguments, comparison, Targets.Judge(comparison), failures.All);

        Console.WriteLine(ResultTable.Write(comparison));
        Console.WriteLine(TargetTable.Write(report.Targets));
        string[] written =
        [
            await files.WriteAsync("load-test.md", MarkdownReport.Write(report)),
            await files.WriteAsync("load-test.json", JsonReport.Write(report)),
            await files.WriteAsync("load-test.svg", SvgChart.Write(report)),
        ];
        await Console.Error.WriteLineAsync($"Written: {string.Join(", ", written)}");
    }
}
