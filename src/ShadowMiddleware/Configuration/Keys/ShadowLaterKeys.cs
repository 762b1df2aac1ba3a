using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.ShadowOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow that the contract has and this version refuses.</summary>
internal static class ShadowLaterKeys
{
    public static readonly Key[] All =
    [
        Key.Unbuilt("OrderBy"),
        Key.Unbuilt("LaneCapacity"),
        Key.Unbuilt("Compare"),
        Key.Unbuilt("Verdict"),
        Key.Unbuilt("OnVerdictFail"),
        Key.Unbuilt("RampPercents"),
    ];
}
