using System.ComponentModel;
using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>
/// Namespaces of the run's own, of users, network and mounts: in them it may be the DNS server that names are asked of, and nothing outside of
/// them notices. All processes run there, the clients too, for they could not reach an app in a network of its own.
/// </summary>
internal static class OwnNetwork
{
    private const string Marker = "SHADOW_LOAD_TEST_OWN_NETWORK";

    // ip is where only root's PATH looks.
    private const string Enter = """
        PATH="$PATH:/usr/sbin:/sbin"
        ip link set lo up && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"
        """;

    public static bool IsInside => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <returns>Why there cannot be one; <see langword="null"/> when there can.</returns>
    public static async Task<string?> FindObstacleAsync()
    {
        try
        {
            var (exitCode, errors) = await RunAsync(["true"], start => start.RedirectStandardError = true);
            return exitCode == 0 ? null : $"no network namespace: {errors.Trim().ReplaceLineEndings(" ")}";
        }
        catch (Win32Exception exception)
        {
            return $"no unshare: {exception.Message}";
        }
    }

    /// <summary>Runs this program again, with the same arguments, inside.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunInsideAsync()
    {
        var program = Environment.ProcessPath!;
        var arguments = Environment.GetCommandLineArgs();
        string[] command =
            Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? [program, .. arguments]
                : [program, .. arguments[1..]];
        return (await RunAsync(command, static _ => { })).ExitCode;
    }

    /// <summary>Has this process end with the one that has started it inside.</summary>
    public static void EndWithParent() =>
        new Thread(static () =>
        {
            while (Console.In.ReadLine() is not null) { }

            Environment.Exit(ExitCodes.Failure);
        })
        {
            IsBackground = true,
        }.Start();

    private static async Task<(int ExitCode, string Errors)> RunAsync(
        string[] command,
        Action<ProcessStartInfo> configure
    )
    {
        var names = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(names, $"nameserver {SilentNameServer.Endpoint.Address}\n");
            var start = new ProcessStartInfo("unshare", ["-rnm", "sh", "-c", Enter, "sh", names, .. command])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            };
            start.Environment[Marker] = "1";
            configure(start);
            using var process = Process.Start(start)!;
            var errors = start.RedirectStandardError ? await process.StandardError.ReadToEndAsync() : "";
            await process.WaitForExitAsync();
            return (process.ExitCode, errors);
        }
        finally
        {
            File.Delete(names);
        }
    }
}
