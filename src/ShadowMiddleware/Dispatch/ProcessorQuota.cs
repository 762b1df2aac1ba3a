using System.Globalization;

namespace ShadowMiddleware.Dispatch;

/// <summary>
/// How many processors the process may use. The runtime rounds up the limit of a container (<see cref="Environment.ProcessorCount"/>): with
/// half a processor it would never look busier than by half.
/// </summary>
internal static class ProcessorQuota
{
    /// <summary>Where Linux shows a container its own control group.</summary>
    internal const string ControlGroup = "/sys/fs/cgroup";

    private static readonly char[] _separators = [' ', '\n'];

    /// <param name="folder">The folder of the control group; one that does not exist has no limit.</param>
    public static double Read(string folder)
    {
        var (quota, period) = Limit(folder);
        return quota > 0 && period > 0
            ? Math.Min(quota / period, Environment.ProcessorCount)
            : Environment.ProcessorCount;
    }

    // Version 2 has both in one file, with "max" for no limit; version 1 has a file for each, with -1
    // (admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst of the kernel).
    private static (double Quota, double Period) Limit(string folder)
    {
        try
        {
            var both = Path.Combine(folder, "cpu.max");
            var text = File.Exists(both)
                ? File.ReadAllText(both)
                : $"{ReadAllText(folder, "cpu.cfs_quota_us")} {ReadAllText(folder, "cpu.cfs_period_us")}";
            return text.Split(_separators, StringSplitOptions.RemoveEmptyEntries) is [var quota, var period]
                ? (Parse(quota), Parse(period))
                : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static string ReadAllText(string folder, string file) =>
        File.ReadAllText(Path.Combine(folder, "cpu", file));

    private static double Parse(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
