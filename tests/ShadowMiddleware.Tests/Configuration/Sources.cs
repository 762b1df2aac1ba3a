using System.Text;
using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Configurations for tests, read through the platform's own JSON provider.</summary>
internal static class Sources
{
    public const string Section = "TrafficMirroring";

    public static IConfigurationRoot Json(params string[] documents)
    {
        var builder = new ConfigurationBuilder();
        foreach (var document in documents)
        {
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(document)));
        }

        return builder.Build();
    }

    /// <summary>A whole document with a good shadow named v2 and these top-level keys.</summary>
    public static string WithTopLevel(string keys) =>
        $$"""{ "TrafficMirroring": { {{Separate(keys)}} "Shadows": { "v2": { "Address": "http://shadow" } } } }""";

    /// <summary>A whole document with a shadow named v2 that has an address and these keys.</summary>
    public static string WithShadow(string keys) =>
        $$"""{ "TrafficMirroring": { "Shadows": { "v2": { {{Separate(keys)}} "Address": "http://shadow" } } } }""";

    /// <summary>A whole document with these shadows.</summary>
    public static string WithShadows(string shadows) => $$"""{ "TrafficMirroring": { "Shadows": {{shadows}} } }""";

    public static MirroringConfiguration Load(string document) => ConfigurationLoader.Load([Source(document)]);

    public static MirroringConfiguration Load(Action<TrafficMirroringOptions> configure) =>
        ConfigurationLoader.Load([new CodeSource(configure)]);

    /// <summary>The one shadow of a document made by <see cref="WithShadow"/>.</summary>
    public static ShadowConfiguration LoadShadow(string keys) => Assert.Single(Load(WithShadow(keys)).Shadows);

    public static string[] FaultsOf(string document) => FaultsOf(Source(document));

    public static string[] FaultsOf(Action<TrafficMirroringOptions> configure) => FaultsOf(new CodeSource(configure));

    public static string[] FaultsOfShadow(Action<ShadowOptions> configure) =>
        FaultsOf(options => configure(options.MirrorTo("http://shadow")));

    public static string[] FaultsOf(params IOptionsSource[] sources)
    {
        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() => ConfigurationLoader.Load(sources));
        return [.. exception.Failures];
    }

    public static SectionSource Source(string document) => Source(Json(document));

    public static SectionSource Source(IConfigurationRoot root) => new(root.GetSection(Section), root);

    private static string Separate(string keys) => keys.Length == 0 ? "" : keys + ",";
}
