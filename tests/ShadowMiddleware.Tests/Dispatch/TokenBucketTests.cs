using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class TokenBucketTests
{
    [Fact]
    public void TryTake_WithALongerBurst_GivesItAtOnceAndThenTheRate()
    {
        var bucket = new TokenBucket(_time, TimeSpan.FromSeconds(8));

        Assert.Equal(80, Enumerable.Range(0, 200).Count(_ => bucket.TryTake(10)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Enumerable.Range(0, 200).Count(_ => bucket.TryTake(10)));
    }

    [Fact]
    public void Charge_OfMoreThanThereIs_EmptiesTheBucketAndOwesNothing()
    {
        _bucket.Charge(rate: 10, tokens: 1e15);

        Assert.False(_bucket.TryTake(10));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Enumerable.Range(0, 200).Count(_ => _bucket.TryTake(10)));
    }

    [Fact]
    public void Charge_OfSome_LeavesTheRest()
    {
        _bucket.Charge(rate: 10, tokens: 4);

        Assert.Equal(6, Enumerable.Range(0, 200).Count(_ => _bucket.TryTake(10)));
    }

    private readonly TestTimeProvider _time = new();
    private readonly TokenBucket _bucket;

    public TokenBucketTests() => _bucket = new TokenBucket(_time, TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(2.5, 2)]
    [InlineData(100, 100)]
    [InlineData(0.001, 1)]
    public void TryTake_AtOnce_GivesOneSecondsWorth(double rate, int expected) =>
        Assert.Equal(expected, TakeAll(rate, attempts: expected + 10));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(2.5)]
    [InlineData(0.5)]
    public void TryTake_OverTime_GivesTheRate(double rate)
    {
        TakeAll(rate, attempts: 100);
        var taken = 0;

        for (var i = 0; i < 100_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            taken += _bucket.TryTake(rate) ? 1 : 0;
        }

        Assert.InRange(taken, (100 * rate) - 1, (100 * rate) + 1);
    }

    [Fact]
    public void TryTake_AfterALongPause_GivesNoMoreThanOneSecondsWorth()
    {
        TakeAll(10, attempts: 10);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(10, TakeAll(10, attempts: 100));
    }

    [Fact]
    public void TryTake_ThatIsRefused_CostsNothing()
    {
        TakeAll(1, attempts: 1000);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(_bucket.TryTake(1));
    }

    [Fact]
    public void TryTake_AfterTheRateWasRaised_GoesByTheNewOne()
    {
        TakeAll(1, attempts: 1);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(50, TakeAll(50, attempts: 100));
    }

    [Fact]
    public void TryTake_OfManyAtOnce_GivesEachTokenOnce()
    {
        var taken = 0;

        Parallel.For(0, 10_000, _ => Interlocked.Add(ref taken, _bucket.TryTake(500) ? 1 : 0));

        Assert.Equal(500, taken);
    }

    [Fact]
    public void TryTake_WhenAnotherTakesTheTokenInBetween_FindsNone()
    {
        var time = new InterruptedTime();
        var bucket = new TokenBucket(time, TimeSpan.FromSeconds(1));
        var other = false;
        time.Interruption = () => other = bucket.TryTake(1);

        Assert.False(bucket.TryTake(1));
        Assert.True(other);
    }

    [Fact]
    public void Charge_WhenAnotherTakesATokenInBetween_ChargesAllTheSame()
    {
        var time = new InterruptedTime();
        var bucket = new TokenBucket(time, TimeSpan.FromSeconds(1));
        time.Interruption = () => Assert.True(bucket.TryTake(10));

        bucket.Charge(rate: 10, tokens: 5);

        Assert.Equal(4, Enumerable.Range(0, 200).Count(_ => bucket.TryTake(10)));
    }

    private int TakeAll(double rate, int attempts) => Enumerable.Range(0, attempts).Count(_ => _bucket.TryTake(rate));
}
