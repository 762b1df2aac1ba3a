namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow.</summary>
internal static class ShadowKeys
{
    public static readonly OptionTable<ShadowOptions> Table = new(
        "Shadow",
        "to a shadow: Shadows:<name>",
        [.. ShadowChoiceKeys.All, .. ShadowShapeKeys.All, .. ShadowBoundKeys.All, .. ShadowLaterKeys.All]
    );
}
