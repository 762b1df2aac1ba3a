namespace ShadowMiddleware.Redaction;

/// <summary>What stands in the place of a value.</summary>
internal enum Replacement
{
    /// <summary>The word, for a value of a form or a query.</summary>
    Word,

    /// <summary>The word as a string of JSON.</summary>
    JsonString,

    /// <summary>The null of JSON, for what was no string.</summary>
    JsonNull,
}
