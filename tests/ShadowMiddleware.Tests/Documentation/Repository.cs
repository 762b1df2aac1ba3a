namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly Lazy<string> _root = new(FindRoot);

    public static string Root => _root.Value;

    /// <summary>The documents that speak to users and contributors, by their path from the root.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        .. new[] { "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "src/ShadowMiddleware/PACKAGE.md" }
            .Concat(Files("docs", "*.md"))
            .Concat(Directory.EnumerateDirectories(PathOf("samples")).SelectMany(Readmes)),
    ];

    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    /// <summary>The files below a folder, by their path from the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory
            .EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(Relative)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Readmes(string folder) =>
        Directory.EnumerateFiles(folder, "README.md").Select(Relative);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    // Not by the path of this source file: under deterministic paths that is no path of this machine.
    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ShadowMiddleware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not lie below the repository that they test.");
    }
}
