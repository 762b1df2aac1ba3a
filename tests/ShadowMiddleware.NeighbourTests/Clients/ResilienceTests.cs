using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Clients;

/// <summary>The standard resilience handler on every client of the app, as templates have it. It retries, writes included.</summary>
public sealed class ResilienceTests : NeighbourTest
{
    public static MatrixTheoryData<Wire, bool> WiresAndClients => new(Enum.GetValues<Wire>(), [false, true]);

    [Theory]
    [MemberData(nameof(WiresAndClients))]
    public async Task Copies_AreNotRetried(Wire wire, bool hasClientOfItsOwn)
    {
        await using var twins = await new AppTwins
        {
            Configure = AddResilience,
            ConfigureMirroring = mirroring =>
            {
                if (hasClientOfItsOwn)
                {
                    mirroring.ConfigureShadowClient("v2", _ => { });
                }
            },
            App = app =>
            {
                app.MapPost("/orders", (Order order) => order);
                app.MapGet("/orders", () => "all");
            },
            ShadowHandler = context =>
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            },
        }.StartAsync(Token);

        var post = WireRequest.PostJson("/orders", """{"id":"1","quantity":2}""");
        await twins.AskAndCopyAsync(wire, post, Token);
        await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders"), Token);

        await twins.AssertSettledAsync("seen 2, completed.5xx 2", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Calls_OfTheAppItself_AreRetriedAsBefore(Wire wire)
    {
        var calls = 0;
        await using var backend = await RunningApp.StartAsync(
            _ => { },
            app => app.MapGet("/", () => Results.StatusCode(Interlocked.Increment(ref calls) % 3 == 0 ? 200 : 503)),
            Token
        );
        await using var twins = await new AppTwins
        {
            Configure = AddResilience,
            App = app =>
                app.MapGet(
                    "/call",
                    async (IHttpClientFactory clients, CancellationToken token) =>
                    {
                        using var client = clients.CreateClient("backend");
                        using var response = await client.GetAsync(backend.Http1, token);
                        return (int)response.StatusCode;
                    }
                ),
        }.StartAsync(Token);

        var answer = await twins.AskAndCopyAsync(wire, WireRequest.Get("/call"), Token);

        Assert.Equal("200", answer.BodyText);
        Assert.Equal(6, calls);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    private static void AddResilience(WebApplicationBuilder builder) =>
        builder.Services.ConfigureHttpClientDefaults(client =>
            client.AddStandardResilienceHandler(resilience => resilience.Retry.Delay = TimeSpan.FromMilliseconds(1))
        );
}
