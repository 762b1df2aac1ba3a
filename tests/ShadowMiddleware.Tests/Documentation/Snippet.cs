namespace ShadowMiddleware.Tests.Documentation;

/// <summary>A region of a compiled file that a document shows.</summary>
/// <param name="File">The file's path from the root.</param>
/// <param name="Name">The name of the region.</param>
/// <param name="Text">Its lines, in the form of <see cref="Normalize"/>.</param>
internal sealed record Snippet(string File, string Name, string Text)
{
    private const string Folder = "tests/ShadowMiddleware.Tests/Documentation/Snippets";
    private const string Begin = "#region ";
    private const string End = "#endregion";

    public static IReadOnlyList<Snippet> All { get; } = [.. Repository.Files(Folder, "*.cs").SelectMany(ReadFile)];

    /// <summary>Takes away what does not matter: the common indentation, blanks at the ends of lines, empty lines at both ends.</summary>
    public static string Normalize(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToArray();
        var indentation = lines
            .Where(line => line.Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indentation..] : line)).Trim('\n');
    }

    private static IEnumerable<Snippet> ReadFile(string file)
    {
        string? name = null;
        var lines = new List<string>();
        foreach (var line in Repository.Read(file).Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.StartsWith(Begin, StringComparison.Ordinal))
            {
                name = trimmed[Begin.Length..];
                lines.Clear();
            }
            else if (trimmed == End && name is not null)
            {
                yield return new Snippet(file, name, Normalize(string.Join('\n', lines)));
                name = null;
            }
            else
            {
                lines.Add(line);
            }
        }
    }
}
