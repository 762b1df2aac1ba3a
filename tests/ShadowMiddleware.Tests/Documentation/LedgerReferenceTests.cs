using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The readme explains every reason of the ledger, and no other.</summary>
public class LedgerReferenceTests
{
    [Theory]
    [InlineData("Skipped")]
    [InlineData("Dropped")]
    [InlineData("Failed")]
    public void The_reasons_are_those_of_the_code(string table)
    {
        var expected = table switch
        {
            "Skipped" => ReasonNames.Skipped,
            "Dropped" => ReasonNames.Dropped,
            _ => ReasonNames.Failed,
        };

        var explained = MarkdownDocument.Load("README.md").Table(table);

        Assert.Equal(expected.Order(), explained.Select(row => MarkdownDocument.Code(row[0]).Single()).Order());
        Assert.All(explained, row => Assert.All(row, Assert.NotEmpty));
    }
}
