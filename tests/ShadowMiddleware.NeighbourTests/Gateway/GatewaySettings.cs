using System.Text.Json.Nodes;

namespace ShadowMiddleware.NeighbourTests.Gateway;

/// <summary>The settings of the sample in a folder of the test's own, where a test can edit them while the gateway runs.</summary>
internal sealed class GatewaySettings : IDisposable
{
    /// <summary>Tells clients by which version of the settings the route <c>reports</c> works.</summary>
    public const string Mark = "X-Settings";

    private const string FileName = "appsettings.json";

    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-").FullName;

    /// <summary>Writes the settings of the sample with another share for the route <c>reports</c>.</summary>
    /// <param name="percent">The share.</param>
    /// <param name="version">What the field <see cref="Mark"/> says in answers once these settings are in force.</param>
    public void Write(string percent, string version)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(GatewayProcess.Folder, FileName)))!;
        var route = settings["ReverseProxy"]!["Routes"]!["reports"]!;
        route["Metadata"]!["TrafficMirroring.v2.Percent"] = percent;
        route["Transforms"] = new JsonArray(
            new JsonObject
            {
                ["ResponseHeader"] = Mark,
                ["Set"] = version,
                ["When"] = "Always",
            }
        );

        // In one step, as editors do: a reader never sees half of it.
        var draft = Path.Combine(Folder, "draft");
        File.WriteAllText(draft, settings.ToJsonString());
        File.Move(draft, Path.Combine(Folder, FileName), overwrite: true);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
