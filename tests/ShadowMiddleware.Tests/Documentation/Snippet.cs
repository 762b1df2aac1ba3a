namespace ShadowMiddleware.Tests.Documentation;

/// <summary>A region of a compiled file that a document shows.</summary>
/// <param name="File">The file's path from the root.</param>
/// <param name="Name">The name of the region.</param>
/// <param name="Text">Its lines, in the form of <see cref="Normalize"/>, behind the usings that the file has and a web project has not by itself.</param>
internal sealed record Snippet(string File, string Name, string Text)
{
    // What ImplicitUsings of Microsoft.NET.Sdk.Web gives to every file.
    private static readonly HashSet<string> _implicit =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Net.Http.Json",
        "System.Threading",
        "System.Threading.Tasks",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
    ];

    private const string Folder = "tests/ShadowMiddleware.Tests/Documentation/Snippets";
    private const string Using = "using ";
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
        var usings = "";
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
                yield return new Snippet(file, name, Normalize($"{usings}\n{Normalize(string.Join('\n', lines))}"));
                name = null;
            }
            else if (name is null && trimmed.StartsWith(Using, StringComparison.Ordinal))
            {
                usings += _implicit.Contains(trimmed[Using.Length..].TrimEnd(';')) ? "" : $"{trimmed}\n";
            }
            else
            {
                lines.Add(line);
            }
        }
    }
}
