using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Selection;

/// <summary>Connections of SignalR belong to one process: no shadow gets any request of them.</summary>
public sealed class HubTests : FunctionalTest
{
    [Fact]
    public async Task Requests_OfAHub_AreSkippedAndExplainedAsHub()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = services => services.AddSignalR(),
            App = app => app.MapHub<EmptyHub>("/hub"),
        }.StartAsync(Token);

        // As the client of a browser does it over long polling: negotiate, the first poll, the handshake, and the end.
        using var negotiated = await environment.Client.PostAsync(
            "/hub/negotiate?negotiateVersion=1",
            content: null,
            Token
        );
        var answer = await negotiated.Content.ReadFromJsonAsync<JsonElement>(Token);
        var connection = $"/hub?id={answer.GetProperty("connectionToken").GetString()}";
        using var poll = await environment.Client.GetAsync(connection, Token);
        Assert.True(poll.IsSuccessStatusCode);
        using var handshake = new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e");
        using var sent = await environment.Client.PostAsync(connection, handshake, Token);
        Assert.True(sent.IsSuccessStatusCode);
        using var ended = await environment.Client.DeleteAsync(connection, Token);

        await environment.WaitUntilLedgerIsAsync("seen 4, skipped.hub 4", Token);
        Assert.Equal(0, shadow.Connections);
        var explained = environment.Service<ITrafficMirroringControl>().Explain("POST", "/hub/negotiate", []);
        Assert.Equal("hub", explained.Shadows["v2"].SkipReason);
    }

    private sealed class EmptyHub : Hub;
}
