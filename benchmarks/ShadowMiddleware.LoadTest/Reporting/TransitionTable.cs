using System.Globalization;
using System.Text;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>A line for each change of the load: the share of requests whose copies gave way, a tenth of a second at a time.</summary>
internal sealed class TransitionTable
{
    public static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(100);

    private const int Shown = 20;
    private readonly StringBuilder _lines = new();

    public void Add(string what, IReadOnlyList<CopyCounts> samples)
    {
        var shares = samples
            .Zip(samples.Skip(1), (before, after) => after - before)
            .Take(Shown)
            .Select(counts =>
                counts.Seen == 0
                    ? "-"
                    : (counts.GaveWay / (double)counts.Seen).ToString("P0", CultureInfo.InvariantCulture)
            );
        _lines.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {string.Join(" ", shares)} |");
    }

    public override string ToString() =>
        $"| change | gave way, in each {SampleTime.TotalMilliseconds} ms |{Environment.NewLine}|---|---|{Environment.NewLine}{_lines}";
}
