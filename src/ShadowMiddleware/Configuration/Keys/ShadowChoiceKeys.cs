using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.ShadowOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow that say where copies go, and which requests are copied.</summary>
internal static class ShadowChoiceKeys
{
    public static readonly Key[] All =
    [
        Key.Text(
            nameof(ShadowOptions.Address),
            "Where copies go. No query, fragment or user info. A path in it is put before the path of each request",
            shadow => shadow.Address,
            (shadow, value) => shadow.Address = value,
            ShadowValidator.AddressMend
        ) with
        {
            IsRequired = true,
            Range = "an absolute http or https address",
            Rule = (path, shadow, _, faults) => ShadowValidator.CheckAddress(path, shadow.Address, faults),
        },
        Key.Number(
            nameof(ShadowOptions.Percent),
            "The share of requests to copy, fractions allowed. 0 and 100 are exact; between them `SampleBy` decides, for each shadow on its own",
            RuleKeys.Percent,
            shadow => shadow.Percent,
            (shadow, value) => shadow.Percent = value
        ),
        Key.Text(
            nameof(ShadowOptions.SampleBy),
            "What decides whether a request is in the share",
            shadow => shadow.SampleBy,
            (shadow, value) => shadow.SampleBy = value,
            SampleKey.Mend
        ) with
        {
            Range = "`Random`, `TraceId`, `Header:<name>`, `Cookie:<name>` or `Claim:<type>`",
            Rule = (path, shadow, whole, faults) => SamplingValidator.CheckKey(path, shadow, whole.TagHeader, faults),
        },
        Key.Text(
            nameof(ShadowOptions.Salt),
            "Mixed into the draw by header, cookie or claim. `null` is the shadow's name, so that shadows draw independently; those with the same salt draw alike",
            shadow => shadow.Salt,
            (shadow, value) => shadow.Salt = value
        ) with
        {
            Range = "not empty",
            // Who knows it and writes the key chooses on which side he falls.
            IsSecret = true,
            Rule = (path, shadow, _, faults) => SamplingValidator.CheckSalt(path, shadow, faults),
        },
        Key.Moment(
            nameof(ShadowOptions.Until),
            "From then on requests are skipped as `disabled`. What was copied before is still sent",
            shadow => shadow.Until,
            (shadow, value) => shadow.Until = value
        ) with
        {
            Range = "RFC 3339, with its offset from UTC",
        },
        new Key(
            nameof(ShadowOptions.Rules),
            OptionKind.Objects,
            "Which requests are copied; the first rule that matches decides. What none matches is copied by the shadow's `Percent`",
            shadow => shadow.Rules,
            RuleSectionReader.Read
        )
        {
            Inner = RuleKeys.Table,
            Rule = RuleValidator.Check,
        },
        Key.Choice(
            nameof(ShadowOptions.Writes),
            "What happens to methods other than GET, HEAD, OPTIONS, TRACE, QUERY, PROPFIND, REPORT and SEARCH",
            shadow => shadow.Writes,
            (shadow, value) => shadow.Writes = value,
            "RequireGuard"
        ),
    ];
}
