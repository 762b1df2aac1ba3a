using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>The output cache: what it answers in front of the mirror is not seen, what it answers behind it is copied like the rest.</summary>
public sealed partial class OutputCacheTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task MissAndHit_AreAnsweredTheSame(Wire wire, Place place)
    {
        var isInFront = place == Place.InFrontOfTheMirror;
        await using var twins = await new AppTwins
        {
            Configure = builder => builder.Services.AddOutputCache(),
            Front = app => UseIf(app, isInFront),
            App = app =>
            {
                UseIf(app, !isInFront);
                app.MapGet("/orders/{id}", (string id) => new Order(id, 1)).CacheOutput();
            },
            Normalise = text => Age().Replace(text, "Age: -"),
        }.StartAsync(Token);

        var request = WireRequest.Get("/orders/7?q=1");
        var miss = await twins.AskAndCopyAsync(wire, request, Token);
        var hit = await twins.AskBothAsync(wire, request, Token);
        var validation = WireRequest.Get("/orders/7?q=1", $"If-Modified-Since: {hit.Value("Date")}");
        var validated = await twins.AskBothAsync(wire, validation, Token);

        Assert.Equal((null, true), (miss.Value("Age"), hit.Value("Age") is not null));
        Assert.Equal(304, validated.Status);

        if (!isInFront)
        {
            await twins.AssertCopiesAsync([request, validation], Token);
        }

        var copies = isInFront ? 1 : 3;
        await twins.AssertSettledAsync($"seen {copies}, completed.2xx {copies}", Token);
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseOutputCache();
        }
    }

    [GeneratedRegex("Age: [0-9]+", RegexOptions.IgnoreCase)]
    private static partial Regex Age();
}
