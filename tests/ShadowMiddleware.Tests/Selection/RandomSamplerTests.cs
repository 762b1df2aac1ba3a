using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Tests.Selection;

public sealed class RandomSamplerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Draw_OfZero_IsNeverAndAsksNobody(double percent)
    {
        var random = new FixedRandom(0);

        Assert.False(new RandomSampler(random).Draw(percent));
        Assert.Equal(0, random.Draws);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    public void Draw_OfAHundred_IsAlwaysAndAsksNobody(double percent)
    {
        var random = new FixedRandom(Math.BitDecrement(1.0));

        Assert.True(new RandomSampler(random).Draw(percent));
        Assert.Equal(0, random.Draws);
    }

    [Theory]
    [InlineData(0.1, 20, true)]
    [InlineData(0.1999, 20, true)]
    [InlineData(0.2, 20, false)]
    [InlineData(0.9, 20, false)]
    [InlineData(0, 0.0001, true)]
    [InlineData(0.0000011, 0.0001, false)]
    public void Draw_OfAShare_TakesTheLowPartOfTheRange(double drawn, double percent, bool expected) =>
        Assert.Equal(expected, new RandomSampler(new FixedRandom(drawn)).Draw(percent));

    [Theory]
    [InlineData(0.01)]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(99.9)]
    public void Draw_ManyTimes_TakesItsShare(double percent)
    {
        const int draws = 400_000;
        var sampler = new RandomSampler(new Random(20_310_506));

        var taken = Enumerable.Range(0, draws).Count(_ => sampler.Draw(percent));

        // Five standard deviations of the binomial distribution: chance alone fails once in a million seeds.
        var share = percent / 100;
        var deviation = 5 * Math.Sqrt(draws * share * (1 - share));
        Assert.InRange(taken, (draws * share) - deviation, (draws * share) + deviation);
    }

    private sealed class FixedRandom(double value) : Random
    {
        public int Draws { get; private set; }

        public override double NextDouble()
        {
            Draws++;
            return value;
        }
    }
}
