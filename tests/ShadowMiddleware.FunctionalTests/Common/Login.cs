namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a form is bound to.</summary>
public sealed record Login
{
    public string? Password { get; init; }

    public LoginCard? Card { get; init; }

    public string[]? Codes { get; init; }
}
