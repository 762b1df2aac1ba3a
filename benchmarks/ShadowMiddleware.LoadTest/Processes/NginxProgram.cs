using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>NGINX as it is installed on the machine.</summary>
internal static class NginxProgram
{
    private const string Name = "nginx";

    // Debian puts it where only root's PATH looks.
    private static readonly string[] FurtherFolders = ["/usr/sbin", "/usr/local/sbin"];

    /// <summary>Its path; <see langword="null"/> when it is not installed.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(FurtherFolders)
            .Select(folder => Path.Combine(folder, Name))
            .FirstOrDefault(File.Exists);

    /// <summary>What it calls itself.</summary>
    public static async Task<string> ReadVersionAsync(string program)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, "-v") { RedirectStandardError = true, UseShellExecute = false }
        )!;
        var version = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return version.Replace("nginx version:", "", StringComparison.Ordinal).Trim();
    }
}
