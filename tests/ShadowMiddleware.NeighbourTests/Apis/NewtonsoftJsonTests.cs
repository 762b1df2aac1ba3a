using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Apis;

/// <summary>Controllers whose JSON is read by Newtonsoft.Json, which buffers the body, above a size in a file.</summary>
public sealed class NewtonsoftJsonTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Bodies_AreReadTheSameAndCopied(Wire wire)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder =>
                OnlyController.Use<OrdersController>(builder.Services.AddControllers().AddNewtonsoftJson()),
            App = app => app.MapControllers(),
            Normalise = TraceId.Blank,
        }.StartAsync(Token);

        var json = WireRequest.PostJson("/orders?a=%41", """{"id":"ä","quantity":2}""");
        var large = WireRequest.PostJson("/orders", $$"""{"id":"{{new string('i', 100_000)}}","quantity":3}""");
        var answers = new List<WireAnswer>();
        foreach (
            var request in (WireRequest[])
                [
                    json,
                    json with
                    {
                        IsChunked = true,
                    },
                    large,
                    large with
                    {
                        IsChunked = true,
                    },
                    WireRequest.PostJson("/orders", "{"),
                    WireRequest.PostJson("/orders", ""),
                ]
        )
        {
            answers.Add(await twins.AskAndCopyAsync(wire, request, Token));
        }

        Assert.Equal([200, 200, 200, 200, 400, 400], answers.Select(answer => answer.Status));
        Assert.Equal("""{"id":"ä","quantity":2}""", answers[0].BodyText);
        await twins.AssertSettledAsync("seen 6, completed.2xx 6", Token);
    }
}
