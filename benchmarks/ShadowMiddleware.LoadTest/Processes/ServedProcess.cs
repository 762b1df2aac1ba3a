using System.Diagnostics;
using System.Globalization;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A process that plays a <see cref="Role"/>. It ends with this one, whatever happens to this one.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What it sends to may be very late, and that is then what is measured.
    private static readonly TimeSpan SendPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly string _role;

    private ServedProcess(Process process, string role)
    {
        _process = process;
        _role = role;
    }

    public int Port { get; private set; }

    public string Authority => $"127.0.0.1:{Port}";

    public string Address => $"http://{Authority}";

    public static async Task<ServedProcess> StartAsync<TSettings>(string role, TSettings settings)
    {
        string[] arguments = [role, Wire.Write(settings)];
        var program = Environment.ProcessPath!;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            // Started as dotnet <this>.dll.
            arguments = [Environment.GetCommandLineArgs()[0], .. arguments];
        }

        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process =
            Process.Start(start) ?? throw new InvalidOperationException($"The process {role} does not start.");
        var served = new ServedProcess(process, role);
        try
        {
            served.Port = int.Parse(await served.ReadLineAsync(StartPatience), CultureInfo.InvariantCulture);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its counts at the beginning of a measurement, from which on its peak of memory counts.</summary>
    public Task<ServedCounts> BeginAsync() => AskAsync(Control.Begin, Patience);

    public Task<ServedCounts> ReadAsync() => AskAsync(Control.Read, Patience);

    /// <summary>Has it turn to what is measured, from what it was warmed up with.</summary>
    public Task<ServedCounts> TurnAsync() => AskAsync(Control.Turn, Patience);

    /// <summary>Has it send for a while.</summary>
    /// <returns>Its counts after that.</returns>
    public Task<ServedCounts> SendAsync(TimeSpan time, double? rate = null) =>
        AskAsync(Control.Send + Wire.Write(new SendOrder(time, rate)), SendPatience + time);

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before, and a question to it was never read.
        }

        using var end = new CancellationTokenSource(EndPatience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<ServedCounts> AskAsync(string question, TimeSpan patience)
    {
        await _process.StandardInput.WriteLineAsync(question);
        await _process.StandardInput.FlushAsync();
        return Wire.Read<ServedCounts>(await ReadLineAsync(patience));
    }

    private async Task<string> ReadLineAsync(TimeSpan patience) =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(patience, TimeProvider.System)
        ?? throw new InvalidOperationException($"The process {_role} has ended.");
}
