using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>
/// Waits for answers and for the next request to be due, in one system call: a thread pool under the clients would take its time from
/// the measured processes, and a timer of milliseconds would send in bursts.
/// </summary>
internal static partial class Waiting
{
    private const int Interrupted = 4;
    private const int SetTimerSlack = 29;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Has the kernel wake this thread when it asked for it, not up to 50 us later.</summary>
    public static void BePunctual() => _ = Control(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Returns when something can be read, or the time is over.</summary>
    public static void For(Span<PollEntry> entries, long nanoseconds)
    {
        foreach (ref var entry in entries)
        {
            entry.Seen = 0;
        }

        var timeout = new TimeSpec
        {
            Seconds = (nint)(nanoseconds / NanosecondsPerSecond),
            Nanoseconds = (nint)(nanoseconds % NanosecondsPerSecond),
        };
        if (Poll(entries, (nuint)entries.Length, in timeout, 0) < 0 && Marshal.GetLastPInvokeError() != Interrupted)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, in TimeSpec timeout, nint signals);

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
