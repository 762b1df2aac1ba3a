using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>All there is to tell of a run of the isolation scenario.</summary>
internal sealed record IsolationReport(
    Machine Machine,
    Arguments Arguments,
    IReadOnlyList<Row> Rows,
    IReadOnlyList<string> Failures
);
