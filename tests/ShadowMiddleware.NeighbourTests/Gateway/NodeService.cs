using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Nodes;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Gateway;

/// <summary>The sample's service, which is no .NET.</summary>
internal sealed class NodeService : IAsyncDisposable
{
    private readonly ChildProcess _node;

    private NodeService(ChildProcess node, int port)
    {
        _node = node;
        Address = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
    }

    public string Address { get; }

    /// <summary>Starts the service, or skips the test where there is no Node.js.</summary>
    public static async Task<NodeService> StartAsync(string version, CancellationToken token)
    {
        ChildProcess node;
        try
        {
            node = ChildProcess.Start("node", Path.Combine(GatewayProcess.Folder, "service.js"), version, "0");
        }
        catch (Win32Exception)
        {
            Prerequisite.IsMissing("Node.js (20 or later), which the tests of samples/Gateway need, is not installed.");
            throw;
        }

        var listening = JsonNode.Parse(await node.NextLineAsync("\"listening\"", token))!;
        return new NodeService(node, listening["listening"]!.GetValue<int>());
    }

    /// <summary>The next request that it received.</summary>
    public async Task<JsonNode> NextAsync(CancellationToken token) =>
        JsonNode.Parse(await _node.NextLineAsync("\"method\"", token))!;

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
