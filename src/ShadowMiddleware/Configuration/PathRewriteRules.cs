using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Configuration;

/// <summary>What a pattern and its replacement may be. Clients write the paths, so neither may let a path cost more than its length.</summary>
internal static class PathRewriteRules
{
    /// <summary>Compiles a pattern that matches in linear time, whatever the path.</summary>
    public static bool TryCompile(
        string pattern,
        [NotNullWhen(true)] out Regex? regex,
        [NotNullWhen(false)] out string? fault
    )
    {
        regex = null;
        fault = null;
        try
        {
            regex = new Regex(
                pattern,
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                TrafficMirroringDefaults.RewriteTimeout
            );
            return true;
        }
        catch (RegexParseException exception)
        {
            fault = string.Create(
                CultureInfo.InvariantCulture,
                $"'{SecretMask.Escape(pattern)}' is no regular expression ({exception.Error} at {exception.Offset}); write one such as ^/api/(.*)$."
            );
        }
        catch (NotSupportedException)
        {
            fault =
                $"'{SecretMask.Escape(pattern)}' needs backtracking, or is too large, and a path could make it run away; write it without "
                + "look-arounds, back-references, atomic groups, conditionals and large counts.";
        }

        return false;
    }

    /// <summary>Finds what in a replacement would not do what it looks like, or would grow faster than the path.</summary>
    public static string? FindFault(string replacement, Regex pattern)
    {
        for (var at = 0; at + 1 < replacement.Length; at++)
        {
            if (replacement[at] != '$')
            {
                continue;
            }

            var next = replacement[at + 1];
            if (next is '_' or '`' or '\'')
            {
                return $"${next} puts the path itself in the place of each match; write $1 or ${{name}} for a group, or $$ for a dollar sign.";
            }

            if (FindGroup(replacement.AsSpan(at + 1)) is { } group && !pattern.GetGroupNames().Contains(group))
            {
                return $"the pattern has no group '{SecretMask.Escape(group)}'; write the number or name of one that it has, or $$ for a dollar sign.";
            }

            // $$ is a dollar sign, whatever follows.
            at += next == '$' ? 1 : 0;
        }

        return null;
    }

    // Without a group of that name, .NET would send the reference itself.
    private static string? FindGroup(ReadOnlySpan<char> reference)
    {
        if (reference[0] == '{')
        {
            var end = reference.IndexOf('}');
            return end < 0 ? null : reference[1..end].ToString();
        }

        var digits = reference.IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? reference : reference[..digits];
        return number.IsEmpty ? null : number.ToString();
    }
}
