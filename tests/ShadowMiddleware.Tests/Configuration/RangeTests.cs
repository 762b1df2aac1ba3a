using System.Globalization;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>The ranges that the documentation of the options states. Each is checked through code, where no reader stands in front.</summary>
public class RangeTests
{
    [Theory]
    [InlineData(-0.0001)]
    [InlineData(100.0001)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Percent_OutOfRange_IsAFault(double value) =>
        AssertFault("Percent", Show(value), shadow => shadow.Percent = value);

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void FailureRatio_OutOfRange_IsAFault(double value) =>
        AssertFault("CircuitBreaker:FailureRatio", Show(value), shadow => shadow.CircuitBreaker.FailureRatio = value);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void MinimumThroughput_OutOfRange_IsAFault(int value) =>
        AssertFault(
            "CircuitBreaker:MinimumThroughput",
            Show(value),
            shadow => shadow.CircuitBreaker.MinimumThroughput = value
        );

    [Theory]
    [InlineData("00:00:00.499")]
    [InlineData("1.00:00:00.0000001")]
    [InlineData("-00:00:01")]
    public void BreakerDurations_OutOfRange_AreFaults(string value)
    {
        AssertFault(
            "CircuitBreaker:SamplingDuration",
            Show(Time(value)),
            shadow => shadow.CircuitBreaker.SamplingDuration = Time(value)
        );
        AssertFault(
            "CircuitBreaker:BreakDuration",
            Show(Time(value)),
            shadow => shadow.CircuitBreaker.BreakDuration = Time(value)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void QueueCapacity_OutOfRange_IsAFault(int value) =>
        AssertFault("QueueCapacity", Show(value), shadow => shadow.QueueCapacity = value);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void MaxConcurrency_OutOfRange_IsAFault(int value) =>
        AssertFault("MaxConcurrency", Show(value), shadow => shadow.MaxConcurrency = value);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:00.0009999")]
    [InlineData("-00:00:00.0010000")]
    [InlineData("1.00:00:00.0000001")]
    public void QueueTimeout_OutOfRange_IsAFault(string value) =>
        AssertFault("QueueTimeout", Show(Time(value)), shadow => shadow.QueueTimeout = Time(value));

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:00.0099999")]
    [InlineData("1.00:00:00.0000001")]
    public void Timeout_OutOfRange_IsAFault(string value) =>
        AssertFault("Timeout", Show(Time(value)), shadow => shadow.Timeout = Time(value));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.0009)]
    [InlineData(1_000_001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void MaxRequestsPerSecond_OutOfRange_IsAFault(double value) =>
        AssertFault("MaxRequestsPerSecond", Show(value), shadow => shadow.MaxRequestsPerSecond = value);

    [Fact]
    public void MaxBodyBytes_Negative_IsAFault() =>
        AssertFault("MaxBodyBytes", "-1", shadow => shadow.MaxBodyBytes = -1);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void MaxBufferedBytes_OutOfRange_IsTheOnlyFault(long value)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(options =>
            {
                options.MaxBufferedBytes = value;
                options.MirrorTo("http://shadow");
            })
        );

        Assert.StartsWith($"MaxBufferedBytes: {value} is out of range; write ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-00:00:00.0000001")]
    [InlineData("00:10:00.0000001")]
    public void DrainTimeout_OutOfRange_IsAFault(string value)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(options =>
            {
                options.DrainTimeout = Time(value);
                options.MirrorTo("http://shadow");
            })
        );

        Assert.StartsWith($"DrainTimeout: {value} is out of range; write ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void LowerEnds_AreGood()
    {
        var shadow = Sources
            .Load(options =>
            {
                options.MaxBufferedBytes = 1;
                options.DrainTimeout = TimeSpan.Zero;
                var shadow = options.MirrorTo("http://shadow", percent: 0);
                shadow.MaxBodyBytes = 0;
                shadow.QueueCapacity = 1;
                shadow.MaxConcurrency = 1;
                shadow.QueueTimeout = TimeSpan.FromMilliseconds(1);
                shadow.Timeout = TimeSpan.FromMilliseconds(10);
                shadow.CircuitBreaker.FailureRatio = 0.0001;
                shadow.CircuitBreaker.MinimumThroughput = 2;
                shadow.CircuitBreaker.SamplingDuration = TimeSpan.FromMilliseconds(500);
                shadow.CircuitBreaker.BreakDuration = TimeSpan.FromMilliseconds(500);
            })
            .Shadows[0];

        Assert.Equal(0, shadow.Percent);
        Assert.Equal(0, shadow.MaxBodyBytes);
    }

    [Fact]
    public void UpperEnds_AreGood()
    {
        var shadow = Sources
            .Load(options =>
            {
                options.MaxBufferedBytes = long.MaxValue;
                options.DrainTimeout = TimeSpan.FromMinutes(10);
                var shadow = options.MirrorTo("http://shadow", percent: 100);
                shadow.MaxBodyBytes = long.MaxValue;
                shadow.QueueCapacity = 1_000_000;
                shadow.MaxConcurrency = 1024;
                shadow.QueueTimeout = TimeSpan.FromDays(1);
                shadow.Timeout = TimeSpan.FromDays(1);
                shadow.CircuitBreaker.FailureRatio = 1;
                shadow.CircuitBreaker.MinimumThroughput = int.MaxValue;
                shadow.CircuitBreaker.SamplingDuration = TimeSpan.FromDays(1);
                shadow.CircuitBreaker.BreakDuration = TimeSpan.FromDays(1);
            })
            .Shadows[0];

        Assert.Equal(100, shadow.Percent);
        Assert.Equal(1, shadow.CircuitBreaker.FailureRatio);
    }

    [Fact]
    public void Range_OfASection_IsCheckedToo()
    {
        var faults = Sources.FaultsOf(Sources.WithShadow("\"Percent\": 101, \"QueueCapacity\": -5"));

        Assert.Equal(
            [
                "TrafficMirroring:Shadows:v2:Percent: 101 is out of range; write a number from 0 to 100, such as 12.5.",
                "TrafficMirroring:Shadows:v2:QueueCapacity: -5 is out of range; write a whole number from 1 to 1000000.",
            ],
            faults
        );
    }

    private static void AssertFault(string key, string value, Action<ShadowOptions> configure)
    {
        var fault = Assert.Single(Sources.FaultsOfShadow(configure));

        Assert.StartsWith($"Shadows:shadow:{key}: {value} is out of range; write ", fault, StringComparison.Ordinal);
    }

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static string Show<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
