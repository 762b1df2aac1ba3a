using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Apis;

/// <summary>A server of the Model Context Protocol over streamable HTTP: each call is a POST that is answered by an event stream.</summary>
public sealed class McpTests : NeighbourTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_GetsTheSameAnswers_AndWhatItSentIsCopied(bool isStateless)
    {
        await using var twins = await StartAsync(isStateless);

        var heard = await twins.TalkToBothAsync(TalkAsync);

        Assert.Contains("Echo: ä", heard, StringComparison.Ordinal);
        var arrivals = twins.Mirrored.Arrivals;
        var copies = await twins.AssertCopiedAsArrivedAsync(arrivals, Token);
        var called = copies
            .Where(copy => copy.Method == "POST")
            .Select(copy => JsonNode.Parse(copy.Body)!["method"]!.ToString())
            .ToArray();
        Assert.Contains("tools/list", called);
        Assert.Equal(2, called.Count(method => method == "tools/call"));
        await twins.AssertSettledAsync($"seen {arrivals.Count}, completed.2xx {arrivals.Count}", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Call_IsAnsweredByTheSameBytesAndCopied(Wire wire)
    {
        await using var twins = await StartAsync(isStateless: true);

        var answer = await twins.AskAndCopyAsync(
            wire,
            WireRequest.PostJson(
                "/mcp",
                """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"ä"}}}""",
                "Accept: application/json, text/event-stream"
            ),
            Token
        );

        Assert.Equal("text/event-stream", answer.Value("Content-Type"));
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    private Task<AppTwins> StartAsync(bool isStateless) =>
        new AppTwins
        {
            Configure = builder =>
                builder
                    .Services.AddMcpServer()
                    .WithHttpTransport(http => http.Stateless = isStateless)
                    .WithTools<Tools>(),
            App = app => app.MapMcp("/mcp"),
        }.StartAsync(Token);

    private async Task<string> TalkAsync(RunningApp app)
    {
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = new Uri(app.Http1, "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
            }
        );
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Token);
        var heard = new StringBuilder();
        foreach (var tool in await client.ListToolsAsync(cancellationToken: Token))
        {
            heard.Append(tool.Name).Append(tool.JsonSchema).Append('\n');
        }

        foreach (var text in (string[])["ä", new string('x', 10_000)])
        {
            var result = await client.CallToolAsync(
                "echo",
                new Dictionary<string, object?> { ["text"] = text },
                cancellationToken: Token
            );
            heard.AppendJoin('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        }

        return heard.ToString();
    }

    [McpServerToolType]
    private sealed class Tools
    {
        [McpServerTool(Name = "echo")]
        public static string Echo(string text) => $"Echo: {text}";
    }
}
