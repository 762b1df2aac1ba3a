using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>What the documents show as configuration starts an app as it stands.</summary>
public class ConfigurationBlockTests
{
    public static TheoryData<string, int> Blocks =>
        [
            .. Repository
                .Documents.SelectMany(path => MarkdownDocument.Load(path).Fences)
                .Where(ConfigurationBlock.IsJson)
                .Select(block => new TheoryDataRow<string, int>(block.Document, block.Line)),
        ];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_of_configuration_loads_without_a_fault(string document, int line)
    {
        var block = MarkdownDocument.Load(document).Fences.Single(fence => fence.Line == line);
        if (!ConfigurationBlock.HasSection(block))
        {
            return;
        }

        try
        {
            Assert.NotEmpty(ConfigurationBlock.Load(block.Text).Shadows);
        }
        catch (TrafficMirroringConfigurationException exception)
        {
            Assert.Fail($"The configuration at {block.Place} would stop the start.\n{exception.Message}");
        }
    }

    [Fact]
    public void The_message_that_the_readme_shows_is_the_one_that_a_bad_configuration_gets()
    {
        const string bad = """
            {
              "TrafficMirroring": {
                "DrainTimout": "00:00:10",
                "Shadows": {
                  "v2": {
                    "Address": "https://ann:secret@orders-v2.internal",
                    "Percent": 101,
                    "RemoveHeaders": "Cookie",
                    "Compare": { "Enabled": true }
                  }
                }
              }
            }
            """;

        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() => ConfigurationBlock.Load(bad));

        var shown = MarkdownDocument.Load("README.md").Fences.Where(block => block.Language == "text");
        Assert.Contains(exception.Message.ReplaceLineEndings("\n"), shown.Select(block => block.Text.TrimEnd('\n')));
    }
}
