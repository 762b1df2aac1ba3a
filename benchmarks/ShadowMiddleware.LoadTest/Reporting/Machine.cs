using System.Globalization;
using System.Runtime.InteropServices;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>What everything ran on.</summary>
internal sealed record Machine(
    string Processor,
    int Processors,
    double MemoryGigabytes,
    string Kernel,
    string Runtime,
    string Nginx,
    string Commit,
    string Date
)
{
    private const double BytesPerGigabyte = 1024 * 1024 * 1024;

    public static async Task<Machine> DescribeAsync(string? nginx) =>
        new(
            ReadProcessor(),
            Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerGigabyte, 1),
            $"{(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim()}, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.OSDescription}",
            RuntimeInformation.FrameworkDescription,
            nginx ?? "not installed",
            await Repository.ReadCommitAsync(),
            TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
        );

    private static string ReadProcessor() =>
        File.ReadLines("/proc/cpuinfo")
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault("unknown");
}
