namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>What of a request the drawn configurations look at.</summary>
internal static class ChoiceFields
{
    /// <summary>Matched by rules.</summary>
    public const string Rule = "X-Beta";

    /// <summary>What requests are drawn by, besides <see cref="Cookie"/>, <see cref="Claim"/> and their trace.</summary>
    public const string Key = "X-Key";

    public const string Cookie = "session";

    /// <summary>The claim that <see cref="User"/> becomes.</summary>
    public const string Claim = "sub";

    /// <summary>Who the user is. There is nothing to prove.</summary>
    public const string User = "X-User";

    /// <summary>Which of the <see cref="MarkedEndpoint"/>s the mirror finds.</summary>
    public const string Endpoint = "X-Endpoint";

    /// <summary>What the predicate of the request says.</summary>
    public const string When = "X-When";

    /// <summary>What the predicate of the response says.</summary>
    public const string WhenResponse = "X-When-Response";

    /// <summary>What the transform does.</summary>
    public const string Transform = "X-Transform";
}
