using System.Collections.Immutable;
using System.Text;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>What all keys of a configuration say, so that a reload can tell what it changed.</summary>
internal sealed class OptionValues
{
    private const int MaxLength = 2000;

    private readonly ImmutableDictionary<string, OptionValue> _common;
    private readonly ImmutableDictionary<string, ImmutableDictionary<string, OptionValue>> _shadows;

    private OptionValues(
        ImmutableDictionary<string, OptionValue> common,
        ImmutableDictionary<string, ImmutableDictionary<string, OptionValue>> shadows
    )
    {
        _common = common;
        _shadows = shadows;
    }

    public static OptionValues Of(TrafficMirroringOptions options) =>
        new(
            ByPath(TopLevelKeys.Table.Values("", options)),
            options.Shadows.ToImmutableDictionary(
                shadow => OptionKeys.ForShadow(shadow.Key),
                shadow => ByPath(ShadowKeys.Table.Values(OptionKeys.ForShadow(shadow.Key), shadow.Value)),
                StringComparer.Ordinal
            )
        );

    /// <summary>The same, with another value of a key at the top.</summary>
    public OptionValues With(string key, string text) =>
        new(_common.SetItem(key, new OptionValue(key, text, text)), _shadows);

    /// <summary>
    /// Names the keys that differ, with the old and the new value where these may be shown: of lists and objects, and of what may be a secret, the name alone. It is never long.
    /// </summary>
    public string DescribeChangesSince(OptionValues last)
    {
        string[] changes =
        [
            .. Changes(last._common, _common),
            .. _shadows
                .Keys.Except(last._shadows.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{path} (added)"),
            .. last
                ._shadows.Keys.Except(_shadows.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{path} (removed)"),
            .. _shadows
                .Where(shadow => last._shadows.ContainsKey(shadow.Key))
                .OrderBy(shadow => shadow.Key, StringComparer.Ordinal)
                .SelectMany(shadow => Changes(last._shadows[shadow.Key], shadow.Value)),
        ];
        if (changes.Length == 0)
        {
            return "no key";
        }

        var text = new StringBuilder();
        for (var index = 0; index < changes.Length; index++)
        {
            if (text.Length + changes[index].Length > MaxLength)
            {
                return text.Append(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"; and {changes.Length - index} more"
                    )
                    .ToString();
            }

            text.Append(index > 0 ? "; " : "").Append(changes[index]);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Changes(
        ImmutableDictionary<string, OptionValue> last,
        ImmutableDictionary<string, OptionValue> next
    ) =>
        last
            .Keys.Union(next.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Where(path => last.GetValueOrDefault(path).Text != next.GetValueOrDefault(path).Text)
            .Select(path => Describe(path, last.GetValueOrDefault(path), next.GetValueOrDefault(path)));

    private static string Describe(string path, OptionValue last, OptionValue next) =>
        last.Shown is null && next.Shown is null ? path : $"{path}: {last.Shown ?? "null"} -> {next.Shown ?? "null"}";

    private static ImmutableDictionary<string, OptionValue> ByPath(IEnumerable<OptionValue> values) =>
        values.ToImmutableDictionary(value => value.Path, StringComparer.Ordinal);
}
