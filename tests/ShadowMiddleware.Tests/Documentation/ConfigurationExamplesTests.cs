using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>There is a working example for every key, and each says what one then sees in the ledger.</summary>
public class ConfigurationExamplesTests
{
    private const string Document = "docs/configuration-examples.md";
    private const string LedgerMark = "In the ledger: ";
    private const string ExampleMark = "### ";
    private static readonly MarkdownDocument _document = MarkdownDocument.Load(Document);

    private static readonly HashSet<string> _words =
    [
        .. ReasonNames.Skipped,
        .. ReasonNames.Dropped,
        .. ReasonNames.Failed,
        .. ReasonNames.StatusClasses,
        .. typeof(ShadowLedger)
            .GetProperties()
            .Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]),
    ];

    public static TheoryData<string, string> BuiltKeys =>
        [
            .. OptionKeys.Tables.SelectMany(set =>
                set.Built.Select(key => new TheoryDataRow<string, string>(set.Name, key))
            ),
        ];

    public static TheoryData<string> Examples =>
        [
            .. _document
                .Text.Split('\n')
                .Where(line => line.StartsWith(ExampleMark, StringComparison.Ordinal))
                .Select(line => line[ExampleMark.Length..].Trim()),
        ];

    [Theory]
    [MemberData(nameof(BuiltKeys))]
    public void A_key_has_an_example_that_loads(string set, string key)
    {
        var examples = _document
            .Fences.Where(ConfigurationBlock.IsJson)
            .Where(block => ConfigurationBlock.Keys(block).Contains((PlaceOf(set), key)))
            .ToArray();

        Assert.True(
            examples.Length > 0,
            $"{Document} has no example of {key} ({set}): write a block that has it, and what one then sees in the ledger."
        );
        Assert.All(examples, block => Assert.NotEmpty(ConfigurationBlock.Load(block.Text).Shadows));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_says_what_the_ledger_shows(string example)
    {
        var line = Assert.Single(
            _document.Section(example).Split('\n'),
            line => line.StartsWith(LedgerMark, StringComparison.Ordinal)
        );

        Assert.NotEqual("", line[LedgerMark.Length..].Trim());
        Assert.All(MarkdownDocument.Code(line), word => Assert.Contains(word, _words));
    }

    [Fact]
    public void Each_example_is_one_block_of_configuration()
    {
        Assert.NotEmpty(_document.Fences);
        Assert.All(
            _document.Fences,
            block => Assert.True(ConfigurationBlock.IsJson(block) && ConfigurationBlock.HasSection(block), block.Place)
        );
        Assert.Equal(Examples.Count, _document.Fences.Count);
    }

    // Where in a block the keys of a set stand; a set is named after one object, the list of them after all.
    private static string PlaceOf(string set) =>
        set switch
        {
            "TopLevel" => "",
            "Shadow" => nameof(TrafficMirroringOptions.Shadows),
            "Rule" => nameof(ShadowOptions.Rules),
            _ => set,
        };
}
