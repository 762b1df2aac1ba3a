using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.TrafficMirroringOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of the section.</summary>
internal static class TopLevelKeys
{
    public static readonly OptionTable<TrafficMirroringOptions> Table = new(
        "TopLevel",
        "at the top, beside Shadows",
        [
            Key.Flag(
                nameof(TrafficMirroringOptions.Enabled),
                "The kill switch. `false` skips every request as `disabled` and drops what waits as `withdrawn`",
                options => options.Enabled,
                (options, value) => options.Enabled = value
            ),
            Key.Text(
                nameof(TrafficMirroringOptions.TagHeader),
                "The header that marks every copy. A request that arrives with it is not copied again. Primary and shadows must agree on it",
                options => options.TagHeader,
                (options, value) => options.TagHeader = value
            ) with
            {
                Range = "a header name that has no other meaning",
                Rule = (_, options, _, faults) => OptionsValidator.CheckTagHeader(options.TagHeader, faults),
            },
            Key.Unbuilt("SigningKeys"),
            Key.Integer(
                nameof(TrafficMirroringOptions.MaxBufferedBytes),
                "How many bytes of copies the process may hold, for all shadows together: bodies, in blocks of 4,096 bytes, targets and header fields, and what transforms read. Not less than a `MaxBodyBytes` that is set",
                new Bound<long>(1, long.MaxValue, "a whole number of bytes, 1 or more, such as 67108864"),
                options => options.MaxBufferedBytes,
                (options, value) => options.MaxBufferedBytes = value
            ),
            Key.Time(
                nameof(TrafficMirroringOptions.DrainTimeout),
                "How long the host's shutdown waits for copies that are queued or being sent",
                new Bound<TimeSpan>(
                    TimeSpan.Zero,
                    TimeSpan.FromMinutes(10),
                    "a time from 00:00:00 to 00:10:00, such as 00:00:05"
                ),
                options => options.DrainTimeout,
                (options, value) => options.DrainTimeout = value
            ),
            Key.Flag(
                nameof(TrafficMirroringOptions.IncludeInHttpClientMetrics),
                "Whether copies appear in the `http.client.*` metrics of the app, beside its own calls. Read once, at the start: a reload that changes it is in force after a restart",
                options => options.IncludeInHttpClientMetrics,
                (options, value) => options.IncludeInHttpClientMetrics = value
            ),
            Key.Object(
                nameof(TrafficMirroringOptions.Protection),
                "Whether copies give way under pressure",
                ProtectionKeys.Table,
                options => options.Protection,
                """write { "Enabled": false }, or remove the key."""
            ),
            new Key(
                nameof(TrafficMirroringOptions.Shadows),
                OptionKind.NamedObjects,
                "The shadows by name. A name is a lower-case letter, then up to 62 lower-case letters, digits or hyphens",
                options => options.Shadows,
                SectionReader.ReadShadows
            )
            {
                Inner = ShadowKeys.Table,
                IsRequired = true,
                Range = "at least one",
                Rule = (_, options, _, faults) => OptionsValidator.CheckShadows(options, faults),
            },
        ]
    );
}
