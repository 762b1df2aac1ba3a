using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The tables of the configuration reference follow from the table of keys; what stands between them is written by hand.</summary>
public partial class ConfigurationReferenceTests
{
    private const string Document = "docs/configuration-reference.md";

    [Fact]
    public void The_tables_are_those_of_the_keys()
    {
        var tables = OptionKeys.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);

        var expected = MarkedPattern()
            .Replace(
                Repository.Read(Document),
                found =>
                {
                    var name = found.Groups["name"].Value;
                    Assert.True(written.Add(name), $"{Document} has the keys of {name} twice.");
                    var text = name == "unbuilt" ? Unbuilt() : Table(tables[name]);
                    return $"<!-- keys: {name} -->\n\n{text}\n<!-- end of keys -->";
                }
            );

        Assert.Equal(tables.Keys.Append("unbuilt").Order(), written.Order());
        GeneratedFile.AssertUpToDate(Document, expected);
    }

    [Fact]
    public void Each_key_is_explained_in_one_line()
    {
        Assert.All(
            OptionKeys.Tables.SelectMany(table => table.Keys).Where(key => key.IsBuilt),
            key =>
            {
                Assert.NotEqual("", key.Meaning);
                Assert.DoesNotContain('\n', key.Meaning);
                Assert.DoesNotContain('|', key.Meaning + key.Range);
                Assert.DoesNotContain("](", key.Meaning, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Each_name_stands_once_in_its_table()
    {
        Assert.All(
            OptionKeys.Tables,
            table =>
                Assert.Equal(
                    table.Keys.Count,
                    table.Keys.Select(key => key.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count()
                )
        );
    }

    private static string Table(OptionTable table)
    {
        var text = new StringBuilder("| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
        foreach (var key in table.Keys.Where(key => key.IsBuilt))
        {
            text.Append('|');
            foreach (
                var cell in new[]
                {
                    $"`{key.Name}`",
                    KeyText.Type(key),
                    KeyText.Default(key),
                    KeyText.Range(key),
                    key.Meaning,
                }
            )
            {
                text.Append(cell.Length == 0 ? " |" : $" {cell} |");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Unbuilt()
    {
        var keys = OptionKeys.Tables.SelectMany(table => table.Unbuilt.Select(key => $"- `{key}` ({table.Name})\n"));
        var values = OptionKeys
            .Tables.SelectMany(table => table.Keys)
            .SelectMany(key => key.UnbuiltChoices.Select(choice => $"- the value `{choice}` of `{key.Name}`\n"));
        return string.Concat(keys.Concat(values));
    }

    [GeneratedRegex(
        "<!-- keys: (?<name>\\w+) -->.*?<!-- end of keys -->",
        RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex MarkedPattern();
}
