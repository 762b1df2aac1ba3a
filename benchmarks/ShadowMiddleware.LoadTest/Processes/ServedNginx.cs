using System.Diagnostics;
using System.Net.Sockets;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>
/// Stands between NGINX and the process that wants it: NGINX does not notice when that one is gone, and does not tell what it has used.
/// </summary>
internal static class ServedNginx
{
    private const int StartAttempts = 100;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(NginxSettings settings)
    {
        var folder = Directory.CreateTempSubdirectory("shadow-load-").FullName;
        try
        {
            var port = FreePort.Find();
            var configuration = Path.Combine(folder, "nginx.conf");
            await File.WriteAllTextAsync(configuration, NginxConfiguration.Write(settings, folder, port));
            string[] arguments = ["-c", configuration, "-p", folder, "-e", Path.Combine(folder, "error.log")];
            using var master = Start(settings.Program, arguments);
            try
            {
                await WaitForAsync(master, port, folder);
                var processes = ProcessFiles.ReadChildren(master.Id).Append(master.Id).ToArray();
                await Control.ServeAsync(port, () => new ServedCounts(Read(processes), new CopyCounts()), processes);
            }
            finally
            {
                await StopAsync(master, settings.Program, arguments);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        // What it writes is not for the one who reads the counts.
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
    }

    private static async Task StopAsync(Process master, string program, string[] arguments)
    {
        // Killed at once, the master would leave its workers behind.
        using var stop = Start(program, [.. arguments, "-s", "stop"]);
        using var end = new CancellationTokenSource(EndPatience, TimeProvider.System);
        try
        {
            await master.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            master.Kill(entireProcessTree: true);
        }
    }

    private static async Task WaitForAsync(Process master, int port, string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < StartAttempts && !master.HasExited)
            {
                await Task.Delay(StartPatience, TimeProvider.System);
            }
            catch (SocketException exception)
            {
                throw new InvalidOperationException(
                    $"NGINX does not start: {await File.ReadAllTextAsync(Path.Combine(folder, "error.log"))}",
                    exception
                );
            }
        }
    }

    private static ProcessCounts Read(IReadOnlyList<int> processes) =>
        new(
            processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessFiles.ReadProcessorTime(process)),
            AllocatedBytes: 0,
            Gen0: 0,
            Gen1: 0,
            Gen2: 0,
            processes.Sum(ProcessFiles.ReadPeakMemory)
        );
}
