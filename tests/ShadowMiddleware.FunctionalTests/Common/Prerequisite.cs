using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a test needs of the machine.</summary>
internal static class Prerequisite
{
    private static readonly ConcurrentDictionary<string, bool> Missed = new(StringComparer.Ordinal);

    /// <summary>
    /// Skips the test, and says why on the console, once for all tests that miss the same: <c>dotnet test</c> shows that tests were skipped,
    /// but not for what reason. Where everything has to be there, its absence is a failure.
    /// </summary>
    /// <param name="what">What is missing, and how to get it.</param>
    [DoesNotReturn]
    public static void IsMissing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(what);
        }

        if (Missed.TryAdd(what, true))
        {
            TestContext.Current.SendDiagnosticMessage($"Tests are skipped: {what}");
        }

        Assert.Skip(what);
    }
}
