using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Blazor;

/// <summary>Blazor Server: the page, and the endpoints of the circuit that keeps it alive.</summary>
public sealed partial class BlazorServerTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task PageAndCircuit_AreServedTheSame(Wire wire)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder => builder.Services.AddRazorComponents().AddInteractiveServerComponents(),
            App = app =>
            {
                app.UseAntiforgery();
                app.MapRazorComponents<Page>().AddInteractiveServerRenderMode();
            },
            Normalise = text => OwnToRun().Replace(text, "-"),
        }.StartAsync(Token);

        var page = await twins.AskAndCopyAsync(wire, WireRequest.Get("/"), Token);
        await twins.AskBothAsync(wire, WireRequest.Get("/_blazor/initializers"), Token);
        var negotiated = await twins.AskBothAsync(
            wire,
            new WireRequest("POST", "/_blazor/negotiate?negotiateVersion=1") { Body = [] },
            Token
        );
        var greeting = await twins.TalkToBothAsync(ConnectAsync);

        Assert.Contains("<p>0</p>", page.BodyText, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(negotiated.Body)!["connectionToken"]);
        Assert.Equal("{}\u001e", greeting);
        var ledger = await twins.AssertAccountedAsync(Token);
        Assert.Equal(1, ledger.Skipped["upgrade"]);
        Assert.Equal(2, ledger.Skipped["hub"]);
    }

    private async Task<string> ConnectAsync(RunningApp app)
    {
        var negotiation = new WireRequest("POST", "/_blazor/negotiate?negotiateVersion=1") { Body = [] };
        var negotiated = await app.AskAsync(Wire.Http1, negotiation, Token);
        var id = JsonNode.Parse(negotiated.Body)!["connectionToken"]!;

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{app.Http1.Authority}/_blazor?id={id}"), Token);
        await socket.SendAsync(
            """{"protocol":"blazorpack","version":1}"""u8.ToArray().Append((byte)0x1e).ToArray(),
            WebSocketMessageType.Binary,
            endOfMessage: true,
            Token
        );
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    // The state of a circuit, the length of the chunk that it is in, and the tokens of a connection.
    [GeneratedRegex(
        "(?<=<!--)Blazor[^>]*|(?<=\r\n)[0-9a-f]+(?=\r\n<html)|(?<=\"connection(?:Id|Token)\":\")[^\"]*|(?<=antiforgery[^=;]*=)[^;\r\n]*",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OwnToRun();
}
