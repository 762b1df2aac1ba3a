using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>As much of a Markdown document as the tests ask about.</summary>
internal sealed partial class MarkdownDocument
{
    private const string FenceMark = "```";
    private readonly List<Fence> _fences = [];
    private readonly List<string> _prose = [];

    private MarkdownDocument(string path)
    {
        Path = path;
        Text = Repository.Read(path);
        Split(Text.Split('\n'));
    }

    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<Fence> Fences => _fences;

    /// <summary>The targets of all links and images.</summary>
    public IEnumerable<string> Links =>
        _prose.SelectMany(line => LinkPattern().Matches(line)).Select(match => match.Groups["target"].Value);

    /// <summary>The names under which a link can point at a heading of this document.</summary>
    public IEnumerable<string> Anchors =>
        _prose.Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()));

    public static MarkdownDocument Load(string path) => new(path);

    /// <summary>The rows of the first table below a heading, without its head.</summary>
    public IReadOnlyList<string[]> Table(string heading)
    {
        var rows = _prose
            .SkipWhile(line => !line.StartsWith('#') || line.TrimStart('#').Trim() != heading)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToArray();
        Assert.True(rows.Length > 0, $"{Path} has no table below a heading '{heading}'.");
        return rows;
    }

    /// <summary>The text below a heading, up to the next one.</summary>
    public string Section(string heading)
    {
        var lines = _prose
            .SkipWhile(line => !line.StartsWith('#') || line.TrimStart('#').Trim() != heading)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .ToArray();
        Assert.True(lines.Length > 0, $"{Path} has no heading '{heading}'.");
        return string.Join('\n', lines);
    }

    /// <summary>What is set as code within a text.</summary>
    public static string[] Code(string text) =>
        [.. CodePattern().Matches(text).Select(match => match.Groups["code"].Value)];

    private void Split(string[] lines)
    {
        StringBuilder? block = null;
        var (start, language) = (0, "");
        for (var i = 0; i < lines.Length; i++)
        {
            var isFence = lines[i].TrimStart().StartsWith(FenceMark, StringComparison.Ordinal);
            if (block is null && isFence)
            {
                (start, language) = (i + 1, lines[i].Trim()[FenceMark.Length..]);
                block = new StringBuilder();
            }
            else if (block is null)
            {
                _prose.Add(lines[i]);
            }
            else if (isFence)
            {
                _fences.Add(new Fence(Path, start, language, block.ToString()));
                block = null;
            }
            else
            {
                block.Append(lines[i]).Append('\n');
            }
        }

        Assert.True(block is null, $"{Path}:{start} opens a block that nothing closes.");
    }

    // As GitHub derives it: lower case, blanks to hyphens, punctuation gone.
    private static string Anchor(string heading) =>
        string.Concat(
            heading
                .ToLowerInvariant()
                .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
                .Select(character => character == ' ' ? '-' : character)
        );

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodePattern();
}
