using System.Text.Json;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>How processes write to each other: JSON, on one line.</summary>
internal static class Wire
{
    public static string Write<T>(T value) => JsonSerializer.Serialize(value);

    public static T Read<T>(string line) =>
        JsonSerializer.Deserialize<T>(line) ?? throw new InvalidOperationException($"Not understood: {line}");
}
