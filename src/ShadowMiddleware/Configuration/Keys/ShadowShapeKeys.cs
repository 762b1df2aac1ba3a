using Key = ShadowMiddleware.Configuration.Keys.OptionKey<ShadowMiddleware.ShadowOptions>;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys of a shadow that say what a copy looks like.</summary>
internal static class ShadowShapeKeys
{
    public static readonly Key[] All =
    [
        new Key(
            nameof(ShadowOptions.RemoveHeaders),
            OptionKind.Texts,
            "Left out of the copy. Applied before `SetHeaders`. `Host`, the tag, framing and hop-by-hop fields cannot be named",
            shadow => shadow.RemoveHeaders,
            HeaderSectionReader.ReadRemoveHeaders
        )
        {
            Range = "header names, without wildcards",
            Rule = (path, shadow, whole, faults) => HeaderValidator.CheckRemoved(path, shadow, whole.TagHeader, faults),
        },
        new Key(
            nameof(ShadowOptions.SetHeaders),
            OptionKind.Values,
            "Sent instead of, or on top of, what the request carried. The same names are excluded. A value may be empty, not `null`. No message shows a value",
            shadow => shadow.SetHeaders,
            HeaderSectionReader.ReadSetHeaders
        )
        {
            Range = "header names, without wildcards, and values",
            Rule = (path, shadow, whole, faults) =>
            {
                HeaderValidator.CheckSet(path, shadow, whole.TagHeader, faults);
                ShapingValidator.CheckBearerToken(path, shadow, faults);
            },
        },
        Key.Choice(
            nameof(ShadowOptions.HostHeader),
            "The `Host` of the copy: that of `Address`, the one that the client sent, or that with `-shadow` behind the name",
            shadow => shadow.HostHeader,
            (shadow, value) => shadow.HostHeader = value
        ) with
        {
            Rule = (path, shadow, _, faults) => ShapingValidator.CheckHostOverTls(path, shadow, faults),
        },
        Key.Text(
            nameof(ShadowOptions.HostHeaderTemplate),
            "Instead of `HostHeader`: a host of its own, such as `orders.internal`, or one made of the client's, such as `{host}.uat.example.com`. `{host}` is the client's host without its port",
            shadow => shadow.HostHeaderTemplate,
            (shadow, value) => shadow.HostHeaderTemplate = value
        ) with
        {
            Range = "a host, with or without a port, in which `{host}` may stand once",
            Rule = (path, shadow, _, faults) => ShapingValidator.CheckHostTemplate(path, shadow, faults),
        },
        Key.Choice(
            nameof(ShadowOptions.ForwardedHeaders),
            "`Append` adds the peer's address, the `Host` and the scheme to `X-Forwarded-For`, `-Host` and `-Proto`, behind what was received",
            shadow => shadow.ForwardedHeaders,
            (shadow, value) => shadow.ForwardedHeaders = value
        ),
        new Key(
            nameof(ShadowOptions.RedactQuery),
            OptionKind.Texts,
            "Query parameters whose values become `redacted`",
            shadow => shadow.RedactQuery,
            (reader, shadow) =>
                RedactionSectionReader.Read(reader, nameof(shadow.RedactQuery), shadow.RedactQuery, "token")
        )
        {
            Range = "names, without wildcards",
            Rule = (path, shadow, _, faults) => RedactionValidator.CheckQuery(path, shadow, faults),
        },
        new Key(
            nameof(ShadowOptions.RedactForm),
            OptionKind.Texts,
            "Form fields, multipart ones included, whose values become `redacted`",
            shadow => shadow.RedactForm,
            (reader, shadow) =>
                RedactionSectionReader.Read(reader, nameof(shadow.RedactForm), shadow.RedactForm, "password")
        )
        {
            Range = "names, without wildcards",
            Rule = (path, shadow, _, faults) => RedactionValidator.CheckForm(path, shadow, faults),
        },
        new Key(
            nameof(ShadowOptions.RedactJson),
            OptionKind.Texts,
            "Where in a JSON body a string becomes `\"redacted\"` and any other value `null`. `*` is any member or index",
            shadow => shadow.RedactJson,
            (reader, shadow) =>
                RedactionSectionReader.Read(reader, nameof(shadow.RedactJson), shadow.RedactJson, "/card/number")
        )
        {
            Range = "JSON Pointers",
            Rule = (path, shadow, _, faults) => RedactionValidator.CheckJson(path, shadow, faults),
        },
        new Key(
            nameof(ShadowOptions.RewritePath),
            OptionKind.Object,
            "How the path of the copy differs from that of the request",
            shadow => shadow.RewritePath,
            RewritePathSectionReader.Read
        )
        {
            Inner = RewritePathKeys.Table,
            Rule = (path, shadow, _, faults) => ShapingValidator.CheckRewrite(path, shadow, faults),
        },
        Key.Choice(
            nameof(ShadowOptions.PathFidelity),
            "`Raw` sends the target byte for byte. `Canonical` sends it as `System.Uri` normalises it, for HTTP instrumentation that fails on raw addresses; the path of `Address` stays in front, however many `..` there are",
            shadow => shadow.PathFidelity,
            (shadow, value) => shadow.PathFidelity = value
        ),
    ];
}
