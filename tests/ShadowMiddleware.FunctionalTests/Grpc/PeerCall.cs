using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>One call of the peer's client: what it is told to do, and what its caller sees.</summary>
internal sealed class PeerCall
{
    private readonly GrpcPeer _peer;
    private readonly int _id;
    private readonly ChannelReader<JsonObject> _events;

    public PeerCall(GrpcPeer peer, int id, ChannelReader<JsonObject> events)
    {
        _peer = peer;
        _id = id;
        _events = events;
    }

    public Task SendAsync(Note note) => CommandAsync("send", note);

    /// <summary>Says that no more messages follow.</summary>
    public Task EndAsync() => CommandAsync("end");

    public Task CancelAsync() => CommandAsync("cancel");

    /// <summary>The text of the next message that comes; headers in front of it are passed over.</summary>
    public async Task<string> NextMessageAsync(CancellationToken token)
    {
        while (true)
        {
            var next = await _events.ReadAsync(token);
            switch ((string?)next["event"])
            {
                case "message":
                    return (string)next["message"]!["text"]!;
                case "headers":
                    continue;
                default:
                    Assert.Fail($"A message was to come, and this came: {next.ToJsonString()}");
                    break;
            }
        }
    }

    /// <summary>Waits for the first thing that the caller sees, the headers of the answer.</summary>
    public async Task AnsweredAsync(CancellationToken token) =>
        Assert.Equal("headers", (string?)(await _events.ReadAsync(token))["event"]);

    /// <summary>Everything that is left up to the status, a line each, but for the value of <c>date</c>.</summary>
    public async Task<IReadOnlyList<string>> ReadToEndAsync(CancellationToken token)
    {
        var seen = new List<string>();
        while (true)
        {
            var next = await _events.ReadAsync(token);
            next.Remove("id");
            (next["metadata"] as JsonObject)?.Remove("date");
            seen.Add(next.ToJsonString());
            if ((string?)next["event"] == "status")
            {
                return seen;
            }
        }
    }

    private Task CommandAsync(string what, Note? note = null) =>
        _peer.CommandAsync(
            new JsonObject
            {
                ["do"] = what,
                ["id"] = _id,
                ["message"] = JsonSerializer.SerializeToNode(note, JsonSerializerOptions.Web),
            }
        );
}
