using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>
/// The constraints of route patterns, as routing's own decide, but on a part of the path: those would need a string for each look. Left out are <c>regex</c>, which a path can make run away, and what
/// an app has added to routing, which needs its services.
/// </summary>
internal static class PathConstraints
{
    public const string Names =
        "int, long, bool, guid, datetime, decimal, double, float, alpha, required, file, nonfile, min(n), max(n), range(n,m), length(n), length(n,m), minlength(n), maxlength(n)";

    public static bool TryParse(string? text, [NotNullWhen(true)] out PathConstraint? constraint)
    {
        constraint = null;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            constraint = Find(text.ToLowerInvariant());
        }
        else if (text.EndsWith(')'))
        {
            constraint = Find(text[..open].ToLowerInvariant(), text[(open + 1)..^1].Split(','));
        }

        return constraint is not null;
    }

    private static PathConstraint? Find(string name) =>
        name switch
        {
            "int" => static value => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
            "long" => static value => TryLong(value, out _),
            "bool" => static value => bool.TryParse(value, out _),
            "guid" => static value => Guid.TryParse(value, out _),
            "datetime" => static value =>
                DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "decimal" => static value =>
                decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out _),
            "double" => static value => double.TryParse(value, Real, CultureInfo.InvariantCulture, out _),
            "float" => static value => float.TryParse(value, Real, CultureInfo.InvariantCulture, out _),
            "alpha" => IsAlpha,
            "required" => static value => !value.IsEmpty,
            "file" => IsFile,
            "nonfile" => static value => !IsFile(value),
            _ => null,
        };

    private static PathConstraint? Find(string name, string[] arguments)
    {
        var numbers = new long[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!TryLong(arguments[i], out numbers[i]))
            {
                return null;
            }
        }

        return (name, numbers) switch
        {
            ("min", [var min]) => value => TryLong(value, out var number) && number >= min,
            ("max", [var max]) => value => TryLong(value, out var number) && number <= max,
            ("range", [var min, var max]) when min <= max => value =>
                TryLong(value, out var number) && number >= min && number <= max,
            ("length", [>= 0 and var length]) => value => value.Length == length,
            ("length", [>= 0 and var min, var max]) when min <= max => value =>
                value.Length >= min && value.Length <= max,
            ("minlength", [>= 0 and var min]) => value => value.Length >= min,
            ("maxlength", [>= 0 and var max]) => value => value.Length <= max,
            _ => null,
        };
    }

    private const NumberStyles Real = NumberStyles.Float | NumberStyles.AllowThousands;

    private static bool TryLong(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    private static bool IsAlpha(ReadOnlySpan<char> value)
    {
        foreach (var character in value)
        {
            if (!char.IsAsciiLetter(character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFile(ReadOnlySpan<char> value)
    {
        var dot = value.IndexOf('.');
        return dot >= 0 && value[dot..].ContainsAnyExcept('.');
    }
}
