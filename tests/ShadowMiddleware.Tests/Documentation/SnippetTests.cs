namespace ShadowMiddleware.Tests.Documentation;

/// <summary>
/// What the documents show as C# was compiled as it stands: each block is the text of a region of a file in Snippets, behind those of the file's usings that a web project has not by itself
/// (ImplicitUsings). The files are in a namespace outside of the library's, and a using that is not needed is an error.
/// </summary>
public class SnippetTests
{
    public static TheoryData<string, int> Blocks =>
        [
            .. Repository
                .Documents.SelectMany(path => MarkdownDocument.Load(path).Fences)
                .Where(IsCSharp)
                .Select(block => new TheoryDataRow<string, int>(block.Document, block.Line)),
        ];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_of_code_is_a_compiled_region(string document, int line)
    {
        var block = MarkdownDocument.Load(document).Fences.Single(fence => fence.Line == line);
        var text = Snippet.Normalize(block.Text);
        if (Snippet.All.Any(snippet => snippet.Text == text))
        {
            return;
        }

        var lines = text.Split('\n');
        var nearest = Snippet.All.MaxBy(snippet => snippet.Text.Split('\n').Intersect(lines).Count());
        Assert.Fail(
            $"""
            The C# at {block.Place} was not compiled: no region of a file in Documentation/Snippets has its text.
            The block:
            {text}

            The nearest region, '{nearest?.Name}' of {nearest?.File}:
            {nearest?.Text}
            """
        );
    }

    [Fact]
    public void Every_region_is_shown_somewhere()
    {
        var shown = Repository
            .Documents.SelectMany(path => MarkdownDocument.Load(path).Fences)
            .Where(IsCSharp)
            .Select(block => Snippet.Normalize(block.Text))
            .ToHashSet();

        Assert.All(
            Snippet.All,
            snippet =>
                Assert.True(
                    shown.Contains(snippet.Text),
                    $"No document shows the region '{snippet.Name}' of {snippet.File}; remove it, or bring the document up to date."
                )
        );
    }

    [Fact]
    public void Code_has_the_one_language_name_that_is_checked()
    {
        var others = Repository
            .Documents.SelectMany(path => MarkdownDocument.Load(path).Fences)
            .Where(block => block.Language is "cs" or "c#" or "C#" or "CSharp")
            .Select(block => block.Place);

        Assert.Empty(others);
    }

    private static bool IsCSharp(Fence block) => block.Language == "csharp";
}
