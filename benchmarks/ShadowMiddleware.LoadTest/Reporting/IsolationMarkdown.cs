using System.Globalization;
using ShadowMiddleware.LoadTest.Faults;
using ShadowMiddleware.LoadTest.Processes;
using ShadowMiddleware.LoadTest.Scenarios;
using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The report of the isolation scenario to read.</summary>
internal static class IsolationMarkdown
{
    public static string Write(IsolationReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # How other clients fare while the work for copies goes wrong

            {(
                report.Arguments.Dry
                    ? "**A dry run: everything once and for a moment. The figures mean nothing.**\n\n"
                    : ""
            )}{MarkdownReport.WriteMachine(report.Machine)}

            {report.Arguments.Rounds} round(s), {report.Arguments.Time.TotalSeconds} s for each measurement, from the moment on at which copies go to the shadow. {IsolationMeter.Rate:N0} requests/s,
            each a POST of {Load.LoadRequest.Body.Length} bytes; the app reads the body and answers two bytes. Every request is copied, and all options are those by default.

            {IsolationTable.Write(report.Rows)}
            - `reached`: the p99 is at most {IsolationTargets.Percentile99} x that with a healthy shadow in the same round (`p99 x`), and the longest wait at most {IsolationTargets.LongerWait} ms longer
              (`longest, more ms`), both by the median over the rounds; the brackets hold the lowest and the highest. Latencies count from the moment at which
              a request was due. All other figures are medians; those of copies are sums.
            - Code that blocks does so for {Blocking.Time.TotalMilliseconds} ms. Uploads: {ServedUploader.Uploads} at once, once a second, of {UploadedJson.Length:N0} bytes of JSON, by a second set of clients, which is not
              measured; their reference is `healthy shadow, uploads`. `app CPU us` is for each measured request, what the uploads take included.
            - `gave way`: copies left out for the sake of the app's own requests. `otherwise lost`: before the send or in it. Most copies are lost where
              their shadow is at fault, as they should be.
            {MarkdownReport.WriteFailures(report.Failures)}
            """
        );
}
