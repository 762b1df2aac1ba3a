namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>What was measured of one setup under one load, in all rounds.</summary>
internal sealed class Row
{
    private readonly List<Sample> _samples = [];

    public Row(string setup, LoadKind load)
    {
        Setup = setup;
        Load = load;
    }

    public string Setup { get; }

    public LoadKind Load { get; }

    /// <summary>Why there are no figures.</summary>
    public string? Skipped { get; set; }

    public IReadOnlyList<Sample> Samples => _samples;

    public void Add(Sample sample) => _samples.Add(sample);

    public Spread? Of(Func<Figures, double?> figure) => Spread.Of(_samples.Select(sample => figure(sample.Measured)));

    /// <summary>To the reference.</summary>
    public Spread? RatioOf(Func<Figures, double?> figure) =>
        Spread.Of(_samples.Select(sample => figure(sample.Measured) / figure(sample.Reference)));

    /// <summary>Over all rounds together.</summary>
    public long? SumOf(Func<CopyFigures, long?> figure)
    {
        var values = _samples
            .Select(sample => sample.Measured.Copies)
            .OfType<CopyFigures>()
            .Select(figure)
            .OfType<long>()
            .ToArray();
        return values is [] ? null : values.Sum();
    }
}
