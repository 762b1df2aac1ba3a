using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Dispatch;

/// <summary>What <see cref="ProcessorLoad"/> makes of the figures of its process and of the file in which Linux tells those of the machine.</summary>
public sealed class MachineLoadTests : IDisposable
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(100);

    // One and a half, as a container may have them.
    private const double Processors = 1.5;

    private readonly TestTimeProvider _time = new();
    private readonly string _file = Path.GetTempFileName();
    private TimeSpan _used = TimeSpan.FromHours(1);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Read_OfTheProcess_IsItsPartOfAllProcessorsInTheLastFifthOfASecond()
    {
        using var load = new ProcessorLoad(_time, () => _used, machineFile: null, Processors);

        var read = new List<double>();
        foreach (var part in (double[])[1, 1, 0, 0.5, 0, 0])
        {
            _used += part * Processors * Sample;
            _time.Advance(Sample);
            read.Add(load.Read());
        }

        double[] expected = [1, 1, 0.5, 0.25, 0.25, 0];
        Assert.All(expected.Zip(read), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-9));
    }

    [Fact]
    public void Read_OfTheMachine_IsWhatWasNotIdleInTheLastFifthOfASecond()
    {
        Write("cpu  1000 200 300 40000 500 60 70 80 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
        using var load = new ProcessorLoad(_time, () => _used, _file, Processors);

        var read = new List<double>();
        foreach (
            var line in (string[])
                [
                    // Of a hundred ticks each: busy in each of the fields, then idle, then waiting for a disk.
                    "cpu  1010 210 310 40030 510 70 80 90 900 900",
                    "cpu  1010 210 310 40130 510 70 80 90 900 900",
                    "cpu  1010 210 310 40130 610 70 80 90 900 900",
                    "cpu  1110 210 310 40130 610 70 80 90 900 900",
                ]
        )
        {
            Write(line + "\n");
            _time.Advance(Sample);
            read.Add(load.Read());
        }

        double[] expected = [0.6, 0.3, 0, 0.5];
        Assert.All(expected.Zip(read), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-9));
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(0.9, 0.9)]
    [InlineData(0.1, 0.4)]
    public void Read_OfBoth_IsTheLarger(double process, double expected)
    {
        Write("cpu 0 0 0 0 0 0 0 0\n");
        using var load = new ProcessorLoad(_time, () => _used, _file, Processors);

        Write("cpu 40 0 0 60 0 0 0 0\n");
        _used += process * Processors * Sample;
        _time.Advance(Sample);

        Assert.Equal(expected, load.Read(), tolerance: 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cp")]
    [InlineData("cpu")]
    [InlineData("cpu 500 0 0 0 0 0 0")]
    [InlineData("cpu 500 x 0 0 0 0 0 0")]
    [InlineData("cpu 10 0 0 10 0 0 0 0")]
    [InlineData("cpu 5 0 0 5 0 0 0 0")]
    public void Read_OfAMachineThatSaysNothingNew_IsThatOfTheProcess(string text)
    {
        Write("cpu 10 0 0 10 0 0 0 0\n");
        using var load = new ProcessorLoad(_time, () => _used, _file, Processors);

        Write(text);
        _used += 0.25 * Processors * Sample;
        _time.Advance(Sample);

        Assert.Equal(0.25, load.Read(), tolerance: 1e-9);
    }

    [Fact]
    public void Read_WhereTheFileIsMissing_IsThatOfTheProcess()
    {
        using var load = new ProcessorLoad(_time, () => _used, Path.Combine(_file, "none"), Processors);
        _used += 0.25 * Processors * Sample;
        _time.Advance(Sample);

        Assert.Equal(0.25, load.Read(), tolerance: 1e-9);
    }

    [Fact]
    public void Read_AfterDispose_IsThatOfTheProcess()
    {
        Write("cpu 10 0 0 10 0 0 0 0\n");
        var load = new ProcessorLoad(_time, () => _used, _file, Processors);

        load.Dispose();
        _used += 0.25 * Processors * Sample;
        _time.Advance(Sample);

        Assert.Equal(0.25, load.Read(), tolerance: 1e-9);
    }

    // In place, as the file of the system changes under who has opened it.
    private void Write(string text)
    {
        using var file = new FileStream(_file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
