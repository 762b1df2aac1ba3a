namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A part of what a form is bound to.</summary>
public sealed record LoginCard
{
    public string? Number { get; init; }
}
