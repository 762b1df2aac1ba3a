using System.Text.RegularExpressions;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>Whoever runs the tests is told why some were skipped: the console shows a reason only where one is sent to it.</summary>
public partial class SkippedTestTests
{
    [Fact]
    public void Every_skip_goes_through_what_says_why()
    {
        var others = Repository
            .Files("tests", "*.cs")
            .Where(file => SkipPattern().IsMatch(Repository.Read(file)))
            .Where(file => Path.GetFileName(file) is not ("Prerequisite.cs" or "SkippedTestTests.cs"));

        Assert.Empty(others);
    }

    [Fact]
    public void Every_project_with_skips_shows_messages_on_the_console()
    {
        Assert.Contains(
            "\"diagnosticMessages\": true",
            Repository.Read("tests/xunit.runner.json"),
            StringComparison.Ordinal
        );

        // The unit tests need nothing of the machine.
        var projects = Repository
            .Files("tests", "*.csproj")
            .Where(file => !file.EndsWith("/ShadowMiddleware.Tests.csproj", StringComparison.Ordinal))
            .Select(Repository.Read)
            .Where(project => project.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.Contains("../xunit.runner.json", project, StringComparison.Ordinal));
    }

    [GeneratedRegex(
        @"Assert\.Skip|\[(?:Fact|Theory)\(.*\bSkip\w* =",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SkipPattern();
}
