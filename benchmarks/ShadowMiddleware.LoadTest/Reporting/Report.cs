using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Scenarios;
using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>All there is to tell of a run.</summary>
internal sealed record Report(
    Machine Machine,
    Arguments Arguments,
    Comparison Comparison,
    IReadOnlyList<TargetResult> Targets,
    IReadOnlyList<string> Failures
);
