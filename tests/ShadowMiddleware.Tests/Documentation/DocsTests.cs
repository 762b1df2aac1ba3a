using System.Text.RegularExpressions;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The documents in docs: complete, in their form, and about tests that exist.</summary>
public partial class DocsTests
{
    // The record of measurements is a list that grows, and no decision.
    private const string Measurements = "docs/decisions/performance.md";

    public static TheoryData<string> Decisions =>
        [.. Repository.Files("docs/decisions", "*.md").Where(document => document != Measurements)];

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_says_its_context_why_and_what_follows(string decision)
    {
        var document = MarkdownDocument.Load(decision);

        Assert.Matches(@"^docs/decisions/\d{4}-[a-z0-9-]+\.md$", decision);
        Assert.All(
            (string[])["Context", "Decision", "Why", "Consequences"],
            heading => Assert.NotEqual("", document.Section(heading).Trim())
        );
    }

    [Fact]
    public void The_index_lists_every_document()
    {
        var links = MarkdownDocument.Load("docs/README.md").Links.Select(link => $"docs/{link}").ToHashSet();

        Assert.All(
            Repository.Files("docs", "*.md").Where(file => file != "docs/README.md"),
            file => Assert.Contains(file, links)
        );
    }

    [Fact]
    public void The_laws_name_tests_that_exist()
    {
        var classes = Repository
            .Files("tests", "*.cs")
            .SelectMany(file => ClassPattern().Matches(Repository.Read(file)))
            .Select(match => match.Groups["name"].Value)
            .ToHashSet();

        var named = MarkdownDocument
            .Code(MarkdownDocument.Load("docs/laws.md").Text)
            .Where(code =>
                code.EndsWith("Tests", StringComparison.Ordinal) && !code.Contains('.', StringComparison.Ordinal)
            )
            .Distinct()
            .ToArray();

        Assert.NotEmpty(named);
        var missing = named.Where(name => !classes.Contains(name)).ToArray();
        Assert.True(missing.Length == 0, $"docs/laws.md names tests that do not exist: {string.Join(", ", missing)}");
    }

    [GeneratedRegex(@"\bclass (?<name>\w+Tests)\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClassPattern();
}
