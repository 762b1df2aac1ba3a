using System.ComponentModel;
using System.Diagnostics;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The repository that this was built from.</summary>
internal static class Repository
{
    private const string Solution = "ShadowMiddleware.sln";

    /// <summary>Where its results are kept; <see langword="null"/> when this was built elsewhere.</summary>
    public static string? ResultsFolder => FindRoot() is { } root ? Path.Combine(root, "benchmarks", "results") : null;

    /// <summary>The commit, and whether there were changes on top of it.</summary>
    public static async Task<string> ReadCommitAsync()
    {
        if (FindRoot() is not { } root)
        {
            return "unknown";
        }

        try
        {
            using var git = Process.Start(
                new ProcessStartInfo(
                    "git",
                    ["-C", root, "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"]
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
            var commit = await git.StandardOutput.ReadToEndAsync();
            await git.WaitForExitAsync();
            return git.ExitCode == 0 ? commit.Trim() : "unknown";
        }
        catch (Win32Exception)
        {
            return "unknown";
        }
    }

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
