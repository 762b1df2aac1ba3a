using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Hubs;

/// <summary>Hubs of SignalR, by the real client over each of its transports.</summary>
public sealed class SignalRTests : NeighbourTest
{
    public static MatrixTheoryData<Wire, HttpTransportType> WiresAndTransports =>
        new(
            Enum.GetValues<Wire>(),
            [HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling]
        );

    [Theory]
    [MemberData(nameof(WiresAndTransports))]
    public async Task Hub_AnswersTheSame(Wire wire, HttpTransportType transport)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder => builder.Services.AddSignalR(),
            App = app => app.MapHub<TalkHub>("/hub"),
        }.StartAsync(Token);

        var heard = await twins.TalkToBothAsync(app => TalkAsync(app, wire, transport));

        Assert.Equal("echo ä, called back, 0, 1, 2, sum 6", heard);
        var ledger = await twins.AssertAccountedAsync(Token);

        // What the shadow would do with a negotiation, a poll or a message of a connection that it does not have.
        Assert.InRange(ledger.Skipped["hub"], 1, ledger.Seen);
        Assert.Equal(ledger.Seen, ledger.Skipped["hub"] + ledger.Skipped.GetValueOrDefault("upgrade"));
    }

    private async Task<string> TalkAsync(RunningApp app, Wire wire, HttpTransportType transport)
    {
        var address = wire == Wire.Http1 ? app.Http1 : app.Http2;
        var version = wire == Wire.Http1 ? HttpVersion.Version11 : HttpVersion.Version20;
        await using var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(address, "/hub"),
                transport,
                options =>
                {
                    options.HttpMessageHandlerFactory = handler => new OneVersion(handler, version);
                    options.WebSocketConfiguration = socket =>
                    {
                        socket.HttpVersion = version;
                        socket.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
                    };
                }
            )
            .Build();
        var called = new TaskCompletionSource<string>();
        hub.On<string>("Called", called.SetResult);
        await hub.StartAsync(Token);

        var heard = new List<string> { await hub.InvokeAsync<string>("Echo", "ä", Token) };
        await hub.InvokeAsync("CallBack", "called back", Token);
        heard.Add(await called.Task.WaitAsync(Token));
        await foreach (var number in hub.StreamAsync<int>("Count", 3, Token))
        {
            heard.Add($"{number}");
        }

        heard.Add($"sum {await hub.InvokeAsync<int>("Sum", NumbersAsync(), Token)}");
        await hub.StopAsync(Token);
        return string.Join(", ", heard);
    }

    private static async IAsyncEnumerable<int> NumbersAsync()
    {
        for (var i = 1; i <= 3; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private sealed class OneVersion(HttpMessageHandler inner, Version version) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Version = version;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
