using System.Collections;
using System.Globalization;
using System.Reflection;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The configuration reference of the readme says what the code says: the keys, their defaults, their ranges.</summary>
public class ConfigurationReferenceTests
{
    private const int KeyColumn = 0;
    private const int DefaultColumn = 2;
    private const int RangeColumn = 3;
    private const string Required = "required";
    private static readonly MarkdownDocument _readme = MarkdownDocument.Load("README.md");

    // What a table cannot show as one literal is described in it instead.
    private static readonly HashSet<string> _described =
    [
        nameof(TrafficMirroringOptions.Shadows),
        nameof(ShadowOptions.Address),
        nameof(PathRewriteOptions.Pattern),
        nameof(PathRewriteOptions.Replacement),
    ];

    public static TheoryData<string> Tables =>
        ["The section", "A shadow", "Rules", "RewritePath", "CircuitBreaker", "Protection"];

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_keys_are_those_that_the_reader_knows(string table)
    {
        Assert.Equal(Keys(table).Built.Order(), Rows(table).Select(row => row.Key).Order());
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_defaults_are_those_of_the_options(string table)
    {
        var options = Options(table);

        Assert.All(
            Rows(table),
            row =>
            {
                var value = options.GetType().GetProperty(row.Key)!.GetValue(options);
                var expected = _described.Contains(row.Key) ? Required : Literal(value);
                Assert.True(expected == row.Default, $"{row.Key}: the readme says {row.Default}, the code {expected}.");
            }
        );
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_ranges_are_those_that_the_validator_enforces(string table)
    {
        Assert.All(
            Rows(table).Where(row => Bounds(row.Key) is not null),
            row =>
            {
                var expected = Bounds(row.Key)!;
                Assert.True(
                    expected.SequenceEqual(row.Range),
                    $"{row.Key}: the readme says {string.Join(" to ", row.Range)}, the code {string.Join(" to ", expected)}."
                );
            }
        );
    }

    [Fact]
    public void Every_key_that_is_not_built_is_named_as_such()
    {
        var named = MarkdownDocument.Code(_readme.Section("Keys that are not built yet"));

        Assert.All(
            OptionKeys.TopLevel.Unbuilt.Concat(OptionKeys.Shadow.Unbuilt).Concat(OptionKeys.CircuitBreaker.Unbuilt),
            key => Assert.Contains(key, named)
        );
    }

    private static IEnumerable<(string Key, string Default, string[] Range)> Rows(string table) =>
        _readme
            .Table(table)
            .Select(row =>
                (
                    MarkdownDocument.Code(row[KeyColumn]).Single(),
                    row[DefaultColumn].Trim('`'),
                    MarkdownDocument.Code(row[RangeColumn])
                )
            );

    private static KeySet Keys(string table) =>
        table switch
        {
            "The section" => OptionKeys.TopLevel,
            "A shadow" => OptionKeys.Shadow,
            "Rules" => OptionKeys.Rule,
            "RewritePath" => OptionKeys.RewritePath,
            "Protection" => OptionKeys.Protection,
            _ => OptionKeys.CircuitBreaker,
        };

    private static object Options(string table) =>
        table switch
        {
            "The section" => new TrafficMirroringOptions(),
            "A shadow" => new ShadowOptions(),
            "Rules" => new MirroringRule(),
            "RewritePath" => new PathRewriteOptions(),
            "Protection" => new ProtectionOptions(),
            _ => new CircuitBreakerOptions(),
        };

    // As one writes it in JSON.
    private static string Literal(object? value) =>
        value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            string or Enum or TimeSpan => $"\"{value}\"",
            IDictionary<string, string> { Count: 0 } or CircuitBreakerOptions or ProtectionOptions => "{}",
            IEnumerable list when !list.GetEnumerator().MoveNext() => "[]",
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"A default of type {value.GetType()}."),
        };

    private static string[]? Bounds(string key) =>
        key switch
        {
            // Excluded at the lower end, and bounded by another key: the words between say so.
            nameof(CircuitBreakerOptions.FailureRatio) => ["0", "1"],
            nameof(ShadowOptions.MaxBodyBytes) => ["0", nameof(TrafficMirroringOptions.MaxBufferedBytes)],
            nameof(CircuitBreakerOptions.SamplingDuration) or nameof(CircuitBreakerOptions.BreakDuration) => Ends(
                OptionBounds.BreakerDuration
            ),
            _ => typeof(OptionBounds).GetField(key, BindingFlags.Public | BindingFlags.Static)?.GetValue(null) switch
            {
                null => null,
                Bound<int> bound => Ends(bound),
                Bound<long> bound => Ends(bound),
                Bound<double> bound => Ends(bound),
                Bound<TimeSpan> bound => Ends(bound),
                var other => throw new NotSupportedException($"A bound of type {other.GetType()}."),
            },
        };

    private static string[] Ends<T>(Bound<T> bound)
        where T : IComparable<T> =>
        bound.Max is int.MaxValue or long.MaxValue ? [End(bound.Min)] : [End(bound.Min), End(bound.Max)];

    private static string End<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");
}
