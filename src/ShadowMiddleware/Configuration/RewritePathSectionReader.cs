using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads how the path of a copy is rewritten.</summary>
internal static class RewritePathSectionReader
{
    private const string Mend = """write { "Pattern": "^/api/(.*)$", "Replacement": "/v2/$1" }, or remove the key.""";

    public static void Read(ObjectReader reader, ShadowOptions shadow)
    {
        // An empty object is no rewriting. One that cannot be read is reported, and leaves the option as it was.
        var section = reader.Section(nameof(shadow.RewritePath));
        var path = reader.PathOf(nameof(shadow.RewritePath));
        if (ObjectReader.CheckObject(section, path, Mend, reader.Faults) && section.GetChildren().Any())
        {
            RewritePathKeys.Table.ReadKeys(
                new ObjectReader(section, path, reader.Faults),
                shadow.RewritePath ??= new()
            );
        }
    }
}
