namespace ShadowMiddleware.Configuration;

/// <summary>What a shadow may be called: <c>[a-z][a-z0-9-]{0,62}</c>. A name travels in the tag and labels metrics.</summary>
internal static class ShadowNameRules
{
    private const int MaxLength = 63;

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterLower(name[0])
        && name.All(character =>
            char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'
        );

    public static string Describe(string name)
    {
        // Only called with names that are no names, so the lower-case form is another one.
        var lower = name.ToLowerInvariant();
        var mend = IsName(lower)
            ? $"'{lower}', in the name of an environment variable too."
            : "a lower-case letter, then up to 62 lower-case letters, digits or hyphens, such as 'v2'.";
        return $"{SecretMask.Quote(name)} cannot be the name of a shadow; write {mend}";
    }
}
