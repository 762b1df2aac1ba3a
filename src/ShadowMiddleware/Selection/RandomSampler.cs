namespace ShadowMiddleware.Selection;

/// <inheritdoc />
internal sealed class RandomSampler : ISampler
{
    private readonly Random _random;

    /// <param name="random">Safe for use by several threads.</param>
    public RandomSampler(Random random) => _random = random;

    public bool Draw(double percent) =>
        percent switch
        {
            <= 0 => false,
            >= 100 => true,
            _ => _random.NextDouble() * 100 < percent,
        };
}
