using System.Globalization;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Clients;
using ShadowMiddleware.Soak.Names;
using ShadowMiddleware.Soak.Watching;

namespace ShadowMiddleware.Soak;

/// <summary>What a run has done, as tables.</summary>
internal static class Summary
{
    public static string Write(
        Stage stage,
        ClientContext context,
        BoundsWatch bounds,
        MemoryTrend memory,
        TimeSpan time
    )
    {
        var ledger = stage.Ledger.GetSnapshot();
        var requests = stage.Mirrored.Requests;
        var text = new StringBuilder();
        text.AppendLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{requests} requests, {requests / time.TotalSeconds:0} a second; {context.Counts.Answers} answers compared "
                    + $"({context.Expectations.Races} races of the server's own), {context.Counts.Aborts} given up by the client"
            )
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{stage.Settings.Changes} reloads and {stage.Settings.Refusals} refused; {stage.Broken.Sum(shadow => shadow.Changes)} changes of faults; "
                + $"breakers opened {stage.Log.BreakersOpened} and closed {stage.Log.BreakersClosed} times; {stage.Log.Warnings} warnings"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"At most {bounds.PeakBytes} bytes held, {bounds.PeakQueue} copies queued, {bounds.PeakConnections} connections to a shadow; "
                + $"{stage.Pools.Rents} blocks rented and {stage.Pools.Returns} returned"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Names asked for: {string.Join(", ", Enum.GetValues<NameTrouble>().Select(trouble => $"{trouble} {stage.Names.Count(trouble)}"))}"
        );
        text.AppendLine();
        WriteShadows(text, stage, ledger);
        text.AppendLine();
        text.Append(memory.Table());
        if (Settlement.NotSeen(ledger) is { Count: > 0 } missing)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Not brought about: {string.Join(", ", missing)}");
        }

        return text.ToString();
    }

    private static void WriteShadows(StringBuilder text, Stage stage, LedgerSnapshot ledger)
    {
        string[] columns = ["seen", "skipped", "dropped", "mirrored", "completed", "failed", "checked", "in part"];
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{"", -16}{string.Concat(columns.Select(column => $"{column, 10}"))}"
        );
        foreach (var (name, shadow) in ledger.Shadows.OrderBy(shadow => shadow.Key, StringComparer.Ordinal))
        {
            var well = stage.Well.GetValueOrDefault(name);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{name, -16}{shadow.Seen, 10}{LedgerAssert.Sum(shadow.Skipped), 10}{LedgerAssert.Sum(shadow.Dropped), 10}{shadow.Mirrored, 10}"
                    + $"{LedgerAssert.Sum(shadow.Completed), 10}{LedgerAssert.Sum(shadow.Failed), 10}{well?.Copies, 10}{well?.BrokenOff, 10}"
            );
        }

        foreach (var (name, shadow) in ledger.Shadows.OrderBy(shadow => shadow.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {LedgerAssert.Describe(shadow)}");
        }
    }
}
