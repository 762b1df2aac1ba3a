namespace ShadowMiddleware;

/// <summary>A token for the copies to one shadow.</summary>
/// <param name="Value">What follows <c>Bearer</c>: visible ASCII characters, without blanks. A secret: <see cref="ToString"/> does not show it.</param>
/// <param name="ExpiresAt">From when on it is not sent any more.</param>
public readonly record struct BearerToken(string Value, DateTimeOffset ExpiresAt)
{
    /// <summary>When it expires, without its value.</summary>
    /// <returns>A text fit for a log.</returns>
    public override string ToString() => string.Create(null, $"BearerToken {{ ExpiresAt = {ExpiresAt:O} }}");
}
