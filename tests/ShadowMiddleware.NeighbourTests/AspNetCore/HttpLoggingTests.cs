using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>HttpLogging wraps the bodies of request and response, in front of the mirror or behind it.</summary>
public sealed partial class HttpLoggingTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task Everything_IsLoggedAnsweredAndCopied(Wire wire, Place place)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder =>
                builder.Services.AddHttpLogging(logging => logging.LoggingFields = HttpLoggingFields.All),
            Front = app => UseIf(app, place == Place.InFrontOfTheMirror),
            App = app =>
            {
                UseIf(app, place == Place.BehindTheMirror);
                app.MapGet("/orders/{id}", (string id) => new Order(id, 1));
                app.MapPost("/orders", (Order order) => order);
            },
        }.StartAsync(Token);

        await twins.AskAndCopyAsync(wire, WireRequest.Get("/orders/a%2Fb?c=%41", "Accept: */*"), Token);
        var posted = WireRequest.PostJson("/orders", """{"id":"ä","quantity":2}""");
        await twins.AskAndCopyAsync(wire, posted, Token);
        await twins.AskAndCopyAsync(wire, posted with { IsChunked = true }, Token);
        await twins.AskAndCopyAsync(wire, WireRequest.PostJson("/orders", "{"), Token);

        await twins.AssertSettledAsync("seen 4, completed.2xx 4", Token);
        Assert.Contains(Logged(twins.Mirrored), line => line.Contains("\"quantity\":2", StringComparison.Ordinal));
        Assert.Equal(Logged(twins.Plain), Logged(twins.Mirrored));
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseHttpLogging();
        }
    }

    private static string[] Logged(RunningApp app) =>
        [
            .. app
                .Logs.Entries.Where(entry =>
                    entry.Category.StartsWith("Microsoft.AspNetCore.HttpLogging", StringComparison.Ordinal)
                )
                .Select(entry => OwnToRun().Replace(entry.Message, "$1: -")),
        ];

    [GeneratedRegex("(Duration|Date|Host|:authority): [^\r\n]*")]
    private static partial Regex OwnToRun();
}
