using System.Globalization;
using ShadowMiddleware.LoadTest.Processes;
using ShadowMiddleware.LoadTest.Scenarios;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The report to read.</summary>
internal static class MarkdownReport
{
    public static string Write(Report report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # What mirroring costs under load

            {(
                report.Arguments.Dry
                    ? "**A dry run: everything once and for a moment. The figures mean nothing.**\n\n"
                    : ""
            )}{WriteMachine(report.Machine)}

            {report.Arguments.Rounds} round(s), {report.Arguments.Time.TotalSeconds} s for each measurement after {report.Arguments.Settle.TotalSeconds} s to settle. A POST of {Load.LoadRequest.Body.Length} bytes; the
            app reads the body and answers two bytes. Everything shares the machine, the clients too: read the ratios (`x`), not the absolute figures.

            ## The table

            {ResultTable.Write(report.Comparison)}
            {Notes}

            ## The targets

            {TargetTable.Write(report.Targets)}
            Judged by the median over the rounds; in brackets the lowest and the highest round. Of copies that gave way, the worst round counts.
            {WriteFailures(report.Failures)}
            """
        );

    public static string WriteMachine(Machine machine) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            | machine | |
            |---|---|
            | processor | {machine.Processor}, {machine.Processors} processors |
            | memory | {machine.MemoryGigabytes:F1} GB |
            | kernel | {machine.Kernel} |
            | runtime | {machine.Runtime} |
            | NGINX | {machine.Nginx} |
            | commit | {machine.Commit} |
            | date | {machine.Date} |
            """
        );

    private static string Notes =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            - `x` is the ratio to the app alone, measured before and after each setup in each round: the median over the rounds, in brackets the lowest
              and the highest. All other figures are medians over the rounds; the four counts of copies are sums.
            - CPU is user and system time of the process for each request. NGINX's is that of all its processes. At a
              constant rate a request costs more than at saturation: threads that wait for work look for it for a while before they sleep.
            - `saturated`: 32 clients send again as soon as they are answered. A constant rate: {ComparisonScenario.ConstantShare:P0} of what the app could do at the start
              of the run with every request copied and protection off; latencies count from the moment at which a request was due.
            - `allocated`, `GCs` and `peak MB, app` are the app's own. `peak MB, proxy` adds up NGINX's processes, which share some of it.
            - `copies done` is the share of the copies that were completed when the load was over (of NGINX's: received by the shadow; copies
              of requests from before count too, so it can exceed 100 % a little). `otherwise lost`: before
              the send or in it, for any reason but giving way.
            - `{Setups.Unprotected}` has QueueCapacity {WideLimits.QueueCapacity:N0} and a budget to match, so that a burst loses no copy: with
              the defaults some could be refused, and what is not sent costs nothing. All other setups have the defaults.
            - A slow shadow answers after {Fleet.SlowAnswer.TotalMilliseconds:F0} ms, a hung one takes the request and never answers, a dead one refuses the connection. Most copies to
              them are lost, as they should be: what counts is that the app does not feel it.
            - `{Setups.Sender}` sends the same request to the same shadow and does nothing else. Added CPU is compared with it.
            - `{Setups.Beside}` copies nothing: another process sends as many requests as the clients do, in the same second, to the same shadow. It is what sharing the
              machine costs the app, however the copies are made.
            """
        );

    public static string WriteFailures(IReadOnlyList<string> failures) =>
        failures.Count == 0
            ? ""
            : $"\n## Failures\n\n{string.Join('\n', failures.Select(failure => $"- {failure}"))}\n";
}
