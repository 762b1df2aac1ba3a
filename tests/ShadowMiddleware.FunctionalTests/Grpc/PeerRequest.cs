using System.Text.Json;
using System.Text.Json.Nodes;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>A call for the peer's client to make.</summary>
internal sealed class PeerRequest
{
    /// <summary><c>Get</c>, <c>Watch</c>, <c>Collect</c> or <c>Chat</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The message of a call that does not stream its requests.</summary>
    public Note? Message { get; init; }

    /// <summary>Fields by name, the values of binary ones in base64.</summary>
    public IReadOnlyList<(string Name, string Value)> Metadata { get; init; } = [];

    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether messages are compressed.</summary>
    public bool Compress { get; init; }

    /// <summary>By which the copy is told from those of other tests.</summary>
    public string Test { get; } = Guid.NewGuid().ToString("N");

    public JsonObject ToCommand(int id, string target)
    {
        var metadata = new JsonObject { ["x-test"] = new JsonArray(Test) };
        foreach (var field in Metadata.GroupBy(field => field.Name, field => field.Value, StringComparer.Ordinal))
        {
            metadata[field.Key] = new JsonArray([.. field.Select(value => JsonValue.Create(value))]);
        }

        var command = new JsonObject
        {
            ["do"] = "open",
            ["id"] = id,
            ["target"] = target,
            ["method"] = Method,
            ["message"] = JsonSerializer.SerializeToNode(Message, JsonSerializerOptions.Web),
            ["metadata"] = metadata,
            ["compress"] = Compress,
        };
        if (Deadline is { } deadline)
        {
            command["deadline"] = deadline.TotalMilliseconds;
        }

        return command;
    }
}
