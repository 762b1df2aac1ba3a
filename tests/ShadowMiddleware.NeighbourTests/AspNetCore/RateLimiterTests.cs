using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>The rate limiter: what it refuses in front of the mirror is not seen, what it refuses behind it is copied.</summary>
public sealed class RateLimiterTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task RefusedRequest_IsAnsweredTheSame(Wire wire, Place place)
    {
        var isInFront = place == Place.InFrontOfTheMirror;
        await using var twins = await new AppTwins
        {
            Configure = builder =>
                builder.Services.AddRateLimiter(limiter =>
                {
                    limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                    limiter.AddFixedWindowLimiter(
                        "one",
                        window =>
                        {
                            window.PermitLimit = 1;
                            window.Window = TimeSpan.FromHours(1);
                        }
                    );
                }),
            Front = app => UseIf(app, isInFront),
            App = app =>
            {
                UseIf(app, !isInFront);
                app.MapGet("/orders/{id}", (string id) => new Order(id, 1)).RequireRateLimiting("one");
            },
        }.StartAsync(Token);

        var taken = await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders/1"), Token);
        var refused = await twins.AskBothAsync(wire, WireRequest.Get("/orders/2"), Token);

        Assert.Equal((200, 429), (taken.Status, refused.Status));

        if (!isInFront)
        {
            await twins.AssertCopyAsync(WireRequest.Get("/orders/2"), Token);
        }

        var copies = isInFront ? 1 : 2;
        await twins.AssertSettledAsync($"seen {copies}, completed.2xx {copies}", Token);
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            // The limiter of an endpoint needs to know it.
            app.UseRouting();
            app.UseRateLimiter();
        }
    }
}
