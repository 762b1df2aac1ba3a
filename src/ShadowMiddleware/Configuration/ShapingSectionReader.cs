using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads what changes of a copy beyond its header fields.</summary>
internal static class ShapingSectionReader
{
    private const string RewriteMend =
        """write { "Pattern": "^/api/(.*)$", "Replacement": "/v2/$1" }, or remove the key.""";

    private static readonly (string, HostHeaderMode)[] _hostHeaders =
    [
        (nameof(HostHeaderMode.Destination), HostHeaderMode.Destination),
        (nameof(HostHeaderMode.Original), HostHeaderMode.Original),
        (nameof(HostHeaderMode.OriginalWithShadowSuffix), HostHeaderMode.OriginalWithShadowSuffix),
    ];

    private static readonly (string, ForwardedHeadersMode)[] _forwardedHeaders =
    [
        (nameof(ForwardedHeadersMode.None), ForwardedHeadersMode.None),
        (nameof(ForwardedHeadersMode.Append), ForwardedHeadersMode.Append),
    ];

    public static void Read(
        IConfigurationSection section,
        ObjectReader reader,
        ShadowOptions shadow,
        ConfigurationFaults faults
    )
    {
        reader.Choice(nameof(shadow.HostHeader), _hostHeaders, [], value => shadow.HostHeader = value);
        reader.Choice(nameof(shadow.ForwardedHeaders), _forwardedHeaders, [], value => shadow.ForwardedHeaders = value);
        ReadRewritePath(
            section.GetSection(nameof(shadow.RewritePath)),
            reader.PathOf(nameof(shadow.RewritePath)),
            shadow,
            faults
        );
        RedactionSectionReader.Read(section, reader, shadow, faults);
    }

    private static void ReadRewritePath(
        IConfigurationSection section,
        string path,
        ShadowOptions shadow,
        ConfigurationFaults faults
    )
    {
        if (!ObjectReader.CheckObject(section, path, RewriteMend, faults) || !section.GetChildren().Any())
        {
            return;
        }

        UnknownKeys.Check(section, path, OptionKeys.RewritePath, faults);

        var rewrite = shadow.RewritePath ??= new PathRewriteOptions();
        var reader = new ObjectReader(section, path, faults);
        reader.Text(nameof(rewrite.Pattern), value => rewrite.Pattern = value);

        // To put nothing in the place of a match is a good reason to rewrite.
        if (section.GetSection(nameof(rewrite.Replacement)) is { Value.Length: 0 } empty && !empty.GetChildren().Any())
        {
            rewrite.Replacement = "";
        }
        else
        {
            reader.Text(nameof(rewrite.Replacement), value => rewrite.Replacement = value);
        }
    }
}
