using System.Globalization;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>The served side of <see cref="ServedProcess"/>: tells its port, then answers each line with its counts.</summary>
internal static class Control
{
    public const string Begin = "begin";
    public const string Read = "read";
    public const string Turn = "turn";
    public const string Send = "send ";

    /// <summary>
    /// Ends at the end of the input, which is the end of whoever started this process. It has a thread of its own: waiting for a line holds
    /// a thread, which must not be one of those that serve requests, and a process whose threads are all taken still answers.
    /// </summary>
    /// <param name="port">Where it listens; 0 when it does not.</param>
    /// <param name="read">Reads the counts.</param>
    /// <param name="processes">Whose memory is measured.</param>
    /// <param name="send">What to do when it is told to send for a while.</param>
    /// <param name="turn">What to do when it is told that the measurement begins.</param>
    public static Task ServeAsync(
        int port,
        Func<ServedCounts> read,
        IReadOnlyList<int> processes,
        Func<SendOrder, Task>? send = null,
        Action? turn = null
    ) =>
        Task.Factory.StartNew(
            () => Serve(port, read, processes, send, turn),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static void Serve(
        int port,
        Func<ServedCounts> read,
        IReadOnlyList<int> processes,
        Func<SendOrder, Task>? send,
        Action? turn
    )
    {
        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        while (Console.In.ReadLine() is { } line)
        {
            if (line == Begin)
            {
                foreach (var process in processes)
                {
                    ProcessFiles.ForgetPeakMemory(process);
                }
            }
            else if (line == Turn)
            {
                turn?.Invoke();
            }
            else if (line.StartsWith(Send, StringComparison.Ordinal) && send is not null)
            {
                send(Wire.Read<SendOrder>(line[Send.Length..])).GetAwaiter().GetResult();
            }

            Console.WriteLine(Wire.Write(read()));
        }
    }
}
