namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>A figure over all rounds.</summary>
internal sealed record Spread(double Median, double Min, double Max)
{
    /// <returns><see langword="null"/> where there is no value at all.</returns>
    public static Spread? Of(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        return sorted is []
            ? null
            : new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
