using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>What a host logged at Warning and above, the mirror's own categories left out, in a form that two runs have in common.</summary>
internal static partial class ServerLogs
{
    /// <summary>Both hosts have logged the same; or else the failure shows what one of them logged alone, exceptions and all.</summary>
    public static void AssertSame(RecordingLogs twin, RecordingLogs primary)
    {
        var withoutMirror = Of(twin);
        var withMirror = Of(primary);
        if (!withoutMirror.SequenceEqual(withMirror))
        {
            Assert.Fail(
                $"The server logged otherwise.\nonly without the mirror:\n{Alone(withoutMirror, withMirror)}\nonly with it:\n{Alone(withMirror, withoutMirror)}"
            );
        }
    }

    // A head that never ends is answered by the server itself, behind all middleware. Where the client has left, or the host stops, before the
    // answer is out, the server says so or not.
    private const string AnswerNotSent = "Connection shutdown abnormally";

    private static List<Line> Of(RecordingLogs logs) =>
        [
            .. logs
                .Entries.Except(logs.OfLibrary)
                .Where(entry => entry.Level >= LogLevel.Warning)
                .Where(entry => !entry.Message.StartsWith(AnswerNotSent, StringComparison.Ordinal))
                .Select(entry => new Line(entry))
                .OrderBy(line => line.Text, StringComparer.Ordinal),
        ];

    private static string Alone(List<Line> some, List<Line> others)
    {
        var left = some.ToList();
        foreach (var other in others)
        {
            left.Remove(other);
        }

        return string.Join('\n', left.Select(line => $"{line.Text}\n{line.Entry.Exception}"));
    }

    /// <summary>The mirror says once that it loses copies, at most, and nothing else above Information but at the start.</summary>
    public static void AssertLibraryIsQuiet(RecordingLogs logs, params string[] expected)
    {
        string[] allowed =
        [
            "loses copies",
            "The usual cause is",
            "receives writes",
            "receives the credentials",
            .. expected,
        ];
        Assert.DoesNotContain(
            logs.OfLibrary.Where(entry => entry.Level >= LogLevel.Warning),
            entry =>
                entry.Level > LogLevel.Warning
                || !allowed.Any(text => entry.Message.Contains(text, StringComparison.Ordinal))
        );
    }

    private readonly record struct Line(LogEntry Entry)
    {
        public string Text { get; } =
            $"{Entry.Level} {Entry.Category}: {Id().Replace(Entry.Message, "-")} {Entry.Exception?.GetType()} {Id().Replace(Entry.Exception?.Message ?? "", "-")}";

        public bool Equals(Line other) => Text == other.Text;

        public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);
    }

    // Of connections, and of requests on them.
    [GeneratedRegex("0H[0-9A-Z]{11}(:[0-9A-F]{8})?")]
    private static partial Regex Id();
}
