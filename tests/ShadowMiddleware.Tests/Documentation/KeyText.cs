using System.Collections;
using System.Globalization;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>How the documents write what the table says of a key.</summary>
internal static class KeyText
{
    public static string Type(OptionKey key) =>
        key.Kind switch
        {
            OptionKind.Flag => "bool",
            OptionKind.Integer => "integer",
            OptionKind.Number => "number",
            OptionKind.Time => "time",
            OptionKind.Moment => "moment",
            OptionKind.Text => "string",
            OptionKind.Texts or OptionKind.Objects => "list",
            _ => "object",
        };

    /// <summary>As one writes it in JSON.</summary>
    public static string Default(OptionKey key) =>
        key.IsRequired
            ? "required"
            : $"`{key.Default switch
            {
                null => "null",
                bool flag => flag ? "true" : "false",
                string or Enum or TimeSpan => $"\"{key.Default}\"",
                IEnumerable when key.Kind is OptionKind.Texts or OptionKind.Objects => "[]",
                IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
                _ => "{}",
            }}`";

    public static string Range(OptionKey key)
    {
        if (key.Range.Length > 0)
        {
            return key.Range;
        }

        if (key.Choices.Count > 1)
        {
            return $"{string.Join(", ", key.Choices.SkipLast(1).Select(choice => $"`{choice}`"))} or `{key.Choices[^1]}`";
        }

        return (key.Min, key.Max) switch
        {
            (null, _) => "",
            (var min, null) => $"`{End(min)}` or more",
            var (min, max) => $"`{End(min)}` to `{End(max)}`",
        };
    }

    private static string End(IFormattable value)
    {
        var text = value.ToString(format: null, CultureInfo.InvariantCulture);
        return value is TimeSpan && text.Contains('.', StringComparison.Ordinal) && text.Length > 10
            ? text.TrimEnd('0')
            : text;
    }
}
