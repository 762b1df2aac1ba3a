using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class ProcessorQuotaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("20000 100000\n", 0.2)]
    [InlineData("100 200", 0.5)]
    public void Read_OfVersion2_IsTheQuotaInProcessors(string text, double expected)
    {
        File.WriteAllText(Path.Combine(_folder, "cpu.max"), text);

        Assert.Equal(expected, ProcessorQuota.Read(_folder));
    }

    [Theory]
    [InlineData("50000\n", "100000\n", 0.5)]
    [InlineData("5000\n", "20000\n", 0.25)]
    public void Read_OfVersion1_IsTheQuotaInProcessors(string quota, string period, double expected)
    {
        WriteVersion1(quota, period);

        Assert.Equal(expected, ProcessorQuota.Read(_folder));
    }

    [Theory]
    [InlineData("max 100000\n")]
    [InlineData("1000000000 100000\n")]
    [InlineData("")]
    [InlineData("50000")]
    [InlineData("0 0")]
    [InlineData("nonsense 100000")]
    public void Read_WithoutALimit_IsAllOfThem(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "cpu.max"), text);

        Assert.Equal(Environment.ProcessorCount, ProcessorQuota.Read(_folder));
    }

    [Fact]
    public void Read_OfVersion1WithoutALimit_IsAllOfThem()
    {
        WriteVersion1("-1\n", "100000\n");

        Assert.Equal(Environment.ProcessorCount, ProcessorQuota.Read(_folder));
    }

    [Fact]
    public void Read_OfNoControlGroup_IsAllOfThem() =>
        Assert.Equal(Environment.ProcessorCount, ProcessorQuota.Read(Path.Combine(_folder, "none")));

    private void WriteVersion1(string quota, string period)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "cpu")).FullName;
        File.WriteAllText(Path.Combine(folder, "cpu.cfs_quota_us"), quota);
        File.WriteAllText(Path.Combine(folder, "cpu.cfs_period_us"), period);
    }
}
