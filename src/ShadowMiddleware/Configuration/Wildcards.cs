namespace ShadowMiddleware.Configuration;

/// <summary>
/// Finds wildcards and regular expressions where a name or a value is compared as it stands. The standard allows a <c>*</c> in the name of a field, and no header
/// has one: read as a name, what was to be left out or redacted would be sent.
/// </summary>
internal static class Wildcards
{
    /// <summary>Why a name is refused; <see langword="null"/> when there is no wildcard in it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="quoted">The same, fit for a message.</param>
    /// <param name="meant">What it names, such as <c>a header</c>.</param>
    /// <param name="inCode">The method that can do in code what no name says.</param>
    public static string? FindInName(string name, string quoted, string meant, string inCode) =>
        name.Contains('*', StringComparison.Ordinal)
            ? $"{quoted} has a * in it; names are written out, there are no wildcards here; write the name of {meant} in full, or use {inCode} in code."
            : null;

    /// <summary>Why a value of a rule is refused, without the value; <see langword="null"/> when it can be meant as it stands.</summary>
    public static string? FindInValue(string value) =>
        value switch
        {
            "*" or "**" or ".*" or ".+" =>
                "a value is compared as it stands, and a wildcard was found; where it is enough that the name is there, or the sign itself is meant, use When in code.",
            ['^', .., '$'] =>
                "a value is compared as it stands, and a regular expression was found; write the value itself, in a rule for each if there are several, or use When in code.",
            _ => null,
        };
}
