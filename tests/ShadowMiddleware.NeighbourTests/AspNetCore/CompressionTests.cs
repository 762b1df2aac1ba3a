using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>Compression of responses and decompression of requests.</summary>
public sealed class CompressionTests : NeighbourTest
{
    private static readonly string Json = $$"""{"id":"{{new string('i', 20_000)}}","quantity":3}""";

    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task CompressedResponse_IsTheSame(Wire wire, Place place)
    {
        await using var twins = await StartAsync(place, app => app.UseResponseCompression());
        var request = WireRequest.PostJson("/orders", Json, "Accept-Encoding: br, gzip");

        var answer = await twins.AskAndCopyAsync(wire, request, Token);

        Assert.Equal("br", answer.Value("Content-Encoding"));
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task CompressedRequest_DecompressedBehindTheMirror_IsCopiedAsItCame(Wire wire)
    {
        await using var twins = await StartAsync(Place.BehindTheMirror, app => app.UseRequestDecompression());

        var answer = await twins.AskAndCopyAsync(wire, Compressed(), Token);

        Assert.Equal(Json, answer.BodyText);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task CompressedRequest_DecompressedInFrontOfTheMirror_IsCopiedAsTheAppGotIt(Wire wire)
    {
        await using var twins = await StartAsync(Place.InFrontOfTheMirror, app => app.UseRequestDecompression());

        var answer = await twins.AskBothAsync(wire, Compressed(), Token);

        Assert.Equal(Json, answer.BodyText);
        await twins.AssertCopyAsync(WireRequest.PostJson("/orders", Json), Token);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    private static WireRequest Compressed()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Json));
        }

        return WireRequest.Post("/orders", "application/json", bytes.ToArray(), "Content-Encoding: gzip");
    }

    private Task<AppTwins> StartAsync(Place place, Action<WebApplication> use) =>
        new AppTwins
        {
            Configure = builder => builder.Services.AddRequestDecompression().AddResponseCompression(),
            Front = app => UseIf(app, use, place == Place.InFrontOfTheMirror),
            App = app =>
            {
                UseIf(app, use, place == Place.BehindTheMirror);
                app.MapPost("/orders", (Order order) => order);
            },
        }.StartAsync(Token);

    private static void UseIf(WebApplication app, Action<WebApplication> use, bool isHere)
    {
        if (isHere)
        {
            use(app);
        }
    }
}
