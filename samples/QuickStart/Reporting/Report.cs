using System.Net;
using static System.FormattableString;

namespace QuickStart.Reporting;

/// <summary>The table at the end.</summary>
internal sealed class Report(Screen screen, Results results)
{
    private const int LabelWidth = 34;
    private const int ColumnWidth = 21;

    public void Write(IReadOnlyList<Finding> findings)
    {
        if (results.Client.Requests > 0)
        {
            WriteClient();
        }

        WriteShadow();
        WriteLedger();
        WriteConclusion(findings);
    }

    private void WriteClient()
    {
        var client = results.Client;
        Heading("What the client saw", "with mirroring", "without (twin)");
        Row("requests", Number(client.Requests), Number(client.Requests));
        foreach (var (status, count) in client.Statuses.OrderBy(pair => pair.Key))
        {
            Row(status == 0 ? "  no answer" : Invariant($"  {status} {(HttpStatusCode)status}"), Number(count));
        }

        Row("p50", Milliseconds(client.Primary.P50), Milliseconds(client.Twin.P50));
        Row("p99", Milliseconds(client.Primary.P99), Milliseconds(client.Twin.P99));
        Row("responses that differ", Number(client.Different));
        screen.WriteLine("  (One process plays all the parts: the times can be compared, they are no benchmark.)");
    }

    private void WriteShadow()
    {
        var copies = results.Copies;
        Heading("What the shadow received");
        Row("copies", Number(copies.Copies));
        foreach (var (method, count) in copies.CopiesByMethod.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Row($"  {method}", Number(count));
        }

        if (copies.Exact + copies.Inexact > 0)
        {
            Row("exact", Number(copies.Exact));
            Row("not exact", Number(copies.Inexact));
        }

        if (copies.Untagged > 0)
        {
            Row("requests that are no copies", Number(copies.Untagged));
        }
    }

    private void WriteLedger()
    {
        var ledger = results.Ledger;
        Heading("The ledger");
        Row("seen", Number(ledger.Seen));
        Reasons("  skipped", ledger.Skipped);
        Reasons("  dropped", ledger.Dropped);
        Row("  pending", Number(ledger.Pending));
        Row("  mirrored", Number(ledger.Mirrored));
        Reasons("    completed", ledger.Completed);
        Reasons("    failed", ledger.Failed);
        Row("    in flight", Number(ledger.InFlight));
    }

    private void WriteConclusion(IReadOnlyList<Finding> findings)
    {
        Heading("Conclusion");
        foreach (var finding in findings)
        {
            screen.WriteLine($"  {(finding.Kept ? "ok  " : "FAIL")}  {finding.Text}");
        }

        if (results.Ledger.Dropped.ContainsKey("body_too_large"))
        {
            screen.WriteLine(
                "        (body_too_large: a body over MaxBodyBytes, 1 MiB by default, is counted and never shortened.)"
            );
        }

        foreach (var evidence in new[] { results.Client.FirstDifferent, results.Copies.FirstInexact })
        {
            if (evidence is not null)
            {
                screen.WriteLine($"\nThe first one:\n{evidence}");
            }
        }
    }

    private void Reasons(string label, IReadOnlyDictionary<string, long> reasons)
    {
        Row(label, Number(reasons.Total()));
        var indent = new string(' ', label.Length - label.TrimStart().Length + 2);
        foreach (
            var (reason, count) in reasons
                .Where(pair => pair.Value > 0)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            Row(indent + reason, Number(count));
        }
    }

    private void Heading(string text, params ReadOnlySpan<string> columns)
    {
        screen.WriteLine();
        var line = text.PadRight(LabelWidth);
        foreach (var column in columns)
        {
            line += column.PadLeft(ColumnWidth);
        }

        screen.WriteLine(line.TrimEnd());
        screen.WriteLine(new string('-', LabelWidth + (2 * ColumnWidth)));
    }

    private void Row(string label, params ReadOnlySpan<string> columns)
    {
        var line = $"  {label}".PadRight(LabelWidth);
        foreach (var column in columns)
        {
            line += column.PadLeft(ColumnWidth);
        }

        screen.WriteLine(line);
    }

    private static string Number(long value) => Invariant($"{value:N0}");

    private static string Milliseconds(double value) => Invariant($"{value:N2} ms");
}
