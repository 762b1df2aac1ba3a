using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>A call as the peer's server received it: the copy.</summary>
internal sealed class ReceivedCall
{
    private readonly JsonObject _received;
    private readonly ChannelReader<JsonObject> _events;

    public ReceivedCall(JsonObject received, ChannelReader<JsonObject> events)
    {
        _received = received;
        _events = events;
    }

    public string Method => (string)_received["method"]!;

    /// <summary>The values of a field, those of binary ones in base64.</summary>
    public string[] Metadata(string name) =>
        _received["metadata"]![name] is JsonArray values ? [.. values.Select(value => (string)value!)] : [];

    /// <summary>The next message that the server decoded.</summary>
    public async Task<Note> NextMessageAsync(CancellationToken token)
    {
        var decoded = await NextAsync("decoded", token);
        return decoded["message"].Deserialize<Note>(JsonSerializerOptions.Web)!;
    }

    /// <summary>Waits until the server has written all of its response.</summary>
    public Task FinishedAsync(CancellationToken token) => NextAsync("finished", token);

    /// <summary>Waits until the call was given up before the server had written all of its response.</summary>
    public Task CancelledAsync(CancellationToken token) => NextAsync("cancelled", token);

    private async Task<JsonObject> NextAsync(string kind, CancellationToken token)
    {
        var next = await _events.ReadAsync(token);
        Assert.Equal(kind, (string?)next["event"]);
        return next;
    }
}
