using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>A block of JSON as the app's configuration would read it.</summary>
internal static class ConfigurationBlock
{
    public const string Section = "TrafficMirroring";
    private static readonly JsonDocumentOptions _asConfiguration = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Whether a block is JSON; others are not configuration.</summary>
    public static bool IsJson(Fence block) => block.Language is "json" or "jsonc";

    /// <summary>Whether a block of JSON has the section.</summary>
    public static bool HasSection(Fence block)
    {
        using var parsed = JsonDocument.Parse(block.Text, _asConfiguration);
        return parsed.RootElement.TryGetProperty(Section, out _);
    }

    /// <summary>Reads the section as the app would at its start.</summary>
    /// <exception cref="TrafficMirroringConfigurationException">It has a fault.</exception>
    public static MirroringConfiguration Load(string json)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTrafficMirroring(configuration.GetSection(Section));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<ConfigurationMonitor>().Current;
    }

    /// <summary>Every key that a block gives a value, with the object that it stands in. A null is no value: it means the default.</summary>
    /// <returns>
    /// The object by the key that holds it, and each item of a list by that of the list; "" for the section, and the name of the list of shadows for each shadow.
    /// </returns>
    public static IReadOnlyList<(string Place, string Key)> Keys(Fence block)
    {
        using var parsed = JsonDocument.Parse(block.Text, _asConfiguration);
        var keys = new List<(string, string)>();
        Collect("", parsed.RootElement.GetProperty(Section), keys);
        return keys;
    }

    private static void Collect(string place, JsonElement parent, List<(string, string)> keys)
    {
        foreach (var property in parent.EnumerateObject().Where(property => HasValue(property.Value)))
        {
            keys.Add((place, property.Name));
            var isShadow = place.Length == 0 && property.Name == nameof(TrafficMirroringOptions.Shadows);
            foreach (var child in Objects(property.Value, isShadow))
            {
                Collect(property.Name, child, keys);
            }
        }
    }

    private static bool HasValue(JsonElement value) => value.ValueKind != JsonValueKind.Null;

    // The names of the shadows are the user's own, and no keys.
    private static IEnumerable<JsonElement> Objects(JsonElement value, bool areNamed) =>
        value.ValueKind switch
        {
            JsonValueKind.Object when areNamed => value.EnumerateObject().Select(property => property.Value),
            JsonValueKind.Object => [value],
            JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object),
            _ => [],
        };
}
