using System.Globalization;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What the kernel tells of a process under <c>/proc</c>.</summary>
internal static class ProcessFiles
{
    private const string Peak = "VmHWM:";
    private const int UserTimeAfterName = 11;
    private const int KernelTimeAfterName = 12;

    // USER_HZ, which every architecture of Linux has at 100.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static long ReadPeakMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .FirstOrDefault(line => line.StartsWith(Peak, StringComparison.Ordinal));
        return line is null
            ? 0
            : 1024
                * long.Parse(
                    line[Peak.Length..].Replace("kB", "", StringComparison.Ordinal),
                    CultureInfo.InvariantCulture
                );
    }

    /// <summary>Has the peak start again from what is resident now. Where the kernel does not allow it, it is that since the start.</summary>
    public static void ForgetPeakMemory(int process)
    {
        try
        {
            File.WriteAllText($"/proc/{process}/clear_refs", "5");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }

    public static TimeSpan ReadProcessorTime(int process)
    {
        // The name in brackets may contain anything, so fields are counted from its end.
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return Tick * (Number(fields[UserTimeAfterName]) + Number(fields[KernelTimeAfterName]));
    }

    public static IReadOnlyList<int> ReadChildren(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(id => (int)Number(id))
            .ToArray();

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
