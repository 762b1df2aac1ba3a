using System.Globalization;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>The served side of <see cref="ServedProcess"/>: tells its port, then answers each line with its counts.</summary>
internal static class Control
{
    public const string Begin = "begin";
    public const string Read = "read";
    public const string Send = "send ";

    /// <summary>Returns at the end of the input, which is the end of whoever started this process.</summary>
    /// <param name="port">Where it listens; 0 when it does not.</param>
    /// <param name="read">Reads the counts.</param>
    /// <param name="processes">Whose memory is measured.</param>
    /// <param name="send">What to do when it is told to send for a while.</param>
    public static async Task ServeAsync(
        int port,
        Func<ServedCounts> read,
        IReadOnlyList<int> processes,
        Func<SendOrder, Task>? send = null
    )
    {
        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == Begin)
            {
                foreach (var process in processes)
                {
                    ProcessFiles.ForgetPeakMemory(process);
                }
            }
            else if (line.StartsWith(Send, StringComparison.Ordinal) && send is not null)
            {
                await send(Wire.Read<SendOrder>(line[Send.Length..]));
            }

            Console.WriteLine(Wire.Write(read()));
        }
    }
}
