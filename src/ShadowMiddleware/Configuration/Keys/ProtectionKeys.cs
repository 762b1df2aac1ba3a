using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.ProtectionOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of <c>Protection</c>.</summary>
internal static class ProtectionKeys
{
    public static readonly OptionTable<ProtectionOptions> Table = new(
        "Protection",
        "to Protection",
        [
            Key.Flag(
                nameof(ProtectionOptions.Enabled),
                "Whether copies give way under pressure. `false` makes every copy that is chosen, whatever that takes from the app",
                protection => protection.Enabled,
                (protection, value) => protection.Enabled = value
            ),
        ]
    );
}
