using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>Static files, whole, in part, by HEAD and validated.</summary>
public sealed class StaticFileTests : NeighbourTest
{
    private const string File = "/ShadowMiddleware.NeighbourTests.deps.json";

    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task File_IsServedTheSame(Wire wire, Place place)
    {
        var isInFront = place == Place.InFrontOfTheMirror;
        await using var twins = await new AppTwins
        {
            Front = app => UseIf(app, isInFront),
            App = app => UseIf(app, !isInFront),
        }.StartAsync(Token);

        var whole = await twins.AskBothAsync(wire, WireRequest.Get(File), Token);
        WireRequest[] requests =
        [
            WireRequest.Get(File, "Range: bytes=100-199"),
            WireRequest.Get(File, $"If-None-Match: {whole.Value("ETag")}"),
            new WireRequest("HEAD", File),
            WireRequest.Get("/no-such-file"),
        ];
        var statuses = new List<int> { whole.Status };
        foreach (var request in requests)
        {
            statuses.Add((await twins.AskBothAsync(wire, request, Token)).Status);
        }

        Assert.Equal([200, 206, 304, 200, 404], statuses);
        var seen = isInFront ? requests[^1..] : [WireRequest.Get(File), .. requests];
        await twins.AssertCopiesAsync(seen, Token);
        await twins.AssertSettledAsync($"seen {seen.Length}, completed.2xx {seen.Length}", Token);
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseStaticFiles(
                new StaticFileOptions { FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory) }
            );
        }
    }
}
