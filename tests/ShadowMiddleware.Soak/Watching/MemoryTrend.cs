using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Soak.Watching;

/// <summary>
/// Whether what the process holds is flat: the median of the last fifth of the samples against that of the second. The first fifth is
/// for warming up; medians pass over a sample that fell into a burst.
/// </summary>
internal sealed class MemoryTrend
{
    private const double Megabyte = 1024 * 1024;
    private const int FewestSamples = 5;

    // How much more the end may hold than the beginning: more than the samples of a sound run differ from one another.
    private static readonly Measure[] Measures =
    [
        new("objects, MB", sample => sample.Objects / Megabyte, Share: 0.1, Fixed: 2),
        new("large, MB", sample => sample.Large / Megabyte, Share: 0.25, Fixed: 32),
        new("working set, MB", sample => sample.WorkingSet / Megabyte, Share: 0.15, Fixed: 48),
        new("open handles", sample => sample.Handles, Share: 0.1, Fixed: 40),
        new("threads", sample => sample.Threads, Share: 0, Fixed: 20),
    ];

    // Code is compiled and caches are filled in the first minutes: all of a short run is warm-up, and only what is gross shows.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);
    private const int AllowanceOfShort = 4;

    private readonly int _allowance;
    private readonly List<MemorySample> _samples = [];

    public MemoryTrend(TimeSpan time) => _allowance = time < Short ? AllowanceOfShort : 1;

    public void Add(MemorySample sample) => _samples.Add(sample);

    public IEnumerable<string> Faults =>
        _samples.Count < FewestSamples
            ? []
            : Measures
                .Where(measure => measure.Of(Last) > measure.Limit(Second, _allowance))
                .Select(measure =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Not flat: {measure.Name}, {measure.Of(Second):0.0} after the warm-up and {measure.Of(Last):0.0} at the end."
                    )
                );

    public string Table()
    {
        if (_samples.Count == 0)
        {
            return "";
        }

        var table = new StringBuilder();
        table.AppendLine($"{"", -16}{"start", 10}{"warm", 10}{"end", 10}{"at most", 10}");
        foreach (var measure in Measures)
        {
            table.AppendLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{measure.Name, -16}{measure.Of([_samples[0]]), 10:0.0}{measure.Of(Second), 10:0.0}{measure.Of(Last), 10:0.0}{measure.Limit(Second, _allowance), 10:0.0}"
                )
            );
        }

        return table.ToString();
    }

    private List<MemorySample> Second => Fifth(1);

    private List<MemorySample> Last => Fifth(4);

    private List<MemorySample> Fifth(int number)
    {
        var from = _samples.Count * number / 5;
        var to = Math.Max(from + 1, _samples.Count * (number + 1) / 5);
        return _samples[from..Math.Min(to, _samples.Count)];
    }

    private sealed record Measure(string Name, Func<MemorySample, double> Read, double Share, double Fixed)
    {
        public double Of(List<MemorySample> samples) => samples.Select(Read).Order().ElementAt(samples.Count / 2);

        public double Limit(List<MemorySample> warm, int allowance) => (Of(warm) * (1 + Share)) + (Fixed * allowance);
    }
}
