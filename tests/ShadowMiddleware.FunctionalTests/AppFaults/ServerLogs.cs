using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>What a host logged at Warning and above, the mirror's own categories left out, in a form that two runs have in common.</summary>
internal static partial class ServerLogs
{
    public static IEnumerable<string> Of(RecordingLogs logs) =>
        logs
            .Entries.Except(logs.OfLibrary)
            .Where(entry => entry.Level >= LogLevel.Warning)
            .Select(entry =>
                $"{entry.Level} {entry.Category}: {Id().Replace(entry.Message, "-")} {entry.Exception?.GetType()} {Id().Replace(entry.Exception?.Message ?? "", "-")}"
            )
            .Order(StringComparer.Ordinal);

    /// <summary>The mirror says once that it loses copies, at most, and nothing else above Information but at the start.</summary>
    public static void AssertLibraryIsQuiet(RecordingLogs logs, params string[] expected)
    {
        string[] allowed = ["loses copies", "receives writes", "receives the credentials", .. expected];
        Assert.DoesNotContain(
            logs.OfLibrary.Where(entry => entry.Level >= LogLevel.Warning),
            entry =>
                entry.Level > LogLevel.Warning
                || !allowed.Any(text => entry.Message.Contains(text, StringComparison.Ordinal))
        );
    }

    // Of connections, and of requests on them.
    [GeneratedRegex("0H[0-9A-Z]{11}(:[0-9A-F]{8})?")]
    private static partial Regex Id();
}
