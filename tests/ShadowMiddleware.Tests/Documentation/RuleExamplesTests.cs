namespace ShadowMiddleware.Tests.Documentation;

/// <summary>Each example says what becomes of the requests that none of its rules matches.</summary>
public class RuleExamplesTests
{
    public static TheoryData<string> Examples =>
        [
            .. Repository
                .Documents.SelectMany(document => MarkdownDocument.Load(document).Fences)
                .Where(ConfigurationBlock.IsJson)
                .Where(ConfigurationBlock.HasSection)
                .Where(block => block.Text.Contains("\"Rules\"", StringComparison.Ordinal))
                .Select(block => block.Place),
        ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_with_rules_says_what_share_all_others_get(string place)
    {
        var block = Repository
            .Documents.SelectMany(document => MarkdownDocument.Load(document).Fences)
            .Single(block => block.Place == place);

        Assert.All(
            ConfigurationBlock
                .Load(block.Text)
                .Shadows.Where(shadow => shadow.Choice is not null && shadow.Choice.Rules[^1].HasConditions),
            shadow => Assert.True(shadow.Percent < 100, $"{place}: {shadow.Name} copies all that no rule matches.")
        );
    }
}
