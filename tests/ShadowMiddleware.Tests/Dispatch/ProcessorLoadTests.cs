using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class ProcessorLoadTests
{
    private readonly TestTimeProvider _time = new();

    [Fact]
    public void Read_BeforeTimeHasPassed_IsNothing()
    {
        using var load = new ProcessorLoad(_time);

        Assert.Equal(0, load.Read());
    }

    [Fact]
    public void Read_OfAProcessThatHasWorked_IsWhatItUsed()
    {
        using var load = new ProcessorLoad(_time);
        var start = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - start < TimeSpan.FromMilliseconds(100)) { }

        // Virtual time: as if it had taken all processors a tenth of a second, and only one was at work.
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.InRange(load.Read(), 1.0 / Environment.ProcessorCount, double.MaxValue);
    }

    [Fact]
    public void Read_WithinATenthOfASecond_IsTheSame()
    {
        using var load = new ProcessorLoad(_time);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        var first = load.Read();
        var start = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - start < TimeSpan.FromMilliseconds(50)) { }

        _time.Advance(TimeSpan.FromMilliseconds(99));

        Assert.Equal(first, load.Read());
    }
}
