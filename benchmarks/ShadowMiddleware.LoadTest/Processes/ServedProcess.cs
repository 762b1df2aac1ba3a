using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A process that runs <see cref="ServedApp"/>. It ends with this one, whatever happens to this one.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServedProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public static async Task<ServedProcess> StartAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { ServedApp.Role },
        };
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The app does not start.");
        var line = await process.StandardOutput.ReadLineAsync();
        return line is not null
            ? new ServedProcess(process, int.Parse(line, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException("The app has ended at its start.");
    }

    public async Task<ServedCounts> ReadAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync();
        return JsonSerializer.Deserialize<ServedCounts>(
                line ?? throw new InvalidOperationException("The app has ended.")
            ) ?? throw new InvalidOperationException("The app tells nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
