using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>Problem details by the exception handler and the status code pages, which run the pipeline again.</summary>
public sealed class ProblemDetailsTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task EveryFault_IsDescribedTheSameAndCopiedOnce(Wire wire, Place place)
    {
        var isInFront = place == Place.InFrontOfTheMirror;
        await using var twins = await new AppTwins
        {
            Configure = builder => builder.Services.AddProblemDetails(),
            Front = app => UseIf(app, isInFront),
            App = app =>
            {
                UseIf(app, !isInFront);
                app.MapPost("/orders", (Order order) => order);
                app.MapPost("/throw", (Order _) => Throw());
            },
            Normalise = TraceId.Blank,
        }.StartAsync(Token);

        const string json = """{"id":"1","quantity":1}""";
        (WireRequest Request, int Status)[] cases =
        [
            (WireRequest.PostJson("/orders", json), 200),
            (WireRequest.PostJson("/orders", "{"), 400),
            (WireRequest.PostJson("/throw", json), 500),
            (WireRequest.Get("/no-such-endpoint"), 404),
            (WireRequest.Get("/orders"), 405),
            (WireRequest.Post("/orders", "text/plain", "text"u8.ToArray()), 415),
        ];

        foreach (var (request, status) in cases[..^1])
        {
            var answer = await twins.AskAndCopyAsync(wire, request, Token);
            Assert.Equal(status, answer.Status);
        }

        // Its body is not read by the app; the mirror finds it, if it has arrived by then.
        var unread = await twins.AskBothAsync(wire, cases[^1].Request, Token);
        Assert.Equal(415, unread.Status);
        if (wire == Wire.Http1)
        {
            await twins.AssertCopyAsync(cases[^1].Request, Token);
            await twins.AssertSettledAsync("seen 6, completed.2xx 6", Token);
        }
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseExceptionHandler();
            app.UseStatusCodePages();
        }
    }

    private static Order Throw() => throw new NotSupportedException("the app's own");
}
