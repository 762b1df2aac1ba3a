using System.Text.RegularExpressions;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>What the documents point at is there.</summary>
public partial class LinkTests
{
    public static TheoryData<string> Documents => [.. Repository.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_relative_link_leads_somewhere(string document)
    {
        var broken = MarkdownDocument
            .Load(document)
            .Links.Where(link => !IsAbsolute(link) && !Exists(document, link))
            .ToArray();

        Assert.True(broken.Length == 0, $"{document} links to what is not there: {string.Join(", ", broken)}");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/README.md")]
    [InlineData("docs/laws.md")]
    public void Every_folder_that_a_document_names_is_there(string document)
    {
        var missing = FolderPattern()
            .Matches(MarkdownDocument.Load(document).Text)
            .Select(match => match.Value.TrimEnd('.', '/'))
            .Where(path => !Path.Exists(Repository.PathOf(path)))
            .Distinct()
            .ToArray();

        Assert.True(missing.Length == 0, $"{document} names what is not there: {string.Join(", ", missing)}");
    }

    // The package page is read far from the repository.
    [Fact]
    public void The_package_page_links_to_absolute_addresses_only()
    {
        var relative = MarkdownDocument.Load("src/ShadowMiddleware/PACKAGE.md").Links.Where(link => !IsAbsolute(link));

        Assert.Empty(relative);
    }

    [Theory]
    [InlineData("dotnet run --project samples/QuickStart")]
    [InlineData("dotnet test")]
    [InlineData("dotnet add package ShadowMiddleware")]
    public void The_readme_gives_the_command(string command)
    {
        var lines = MarkdownDocument
            .Load("README.md")
            .Fences.Where(block => block.Language == "bash")
            .SelectMany(block => block.Text.Split('\n'))
            .Select(line => line.Split('#')[0].TrimEnd());

        Assert.Contains(command, lines);
    }

    private static bool IsAbsolute(string link) => Uri.TryCreate(link, UriKind.Absolute, out var uri) && !uri.IsFile;

    private static bool Exists(string document, string link)
    {
        var parts = link.Split('#');
        var path =
            parts[0].Length == 0
                ? document
                : Path.Combine(Path.GetDirectoryName(document)!, parts[0]).Replace('\\', '/');
        if (!Path.Exists(Repository.PathOf(path)))
        {
            return false;
        }

        return parts.Length == 1 || MarkdownDocument.Load(path).Anchors.Contains(parts[1]);
    }

    [GeneratedRegex(
        @"(?<![\w/.-])(?:src|tests|samples|benchmarks|docs)/[\w./-]*[\w/]",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FolderPattern();
}
