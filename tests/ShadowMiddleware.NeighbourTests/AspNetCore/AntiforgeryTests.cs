using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.AspNetCore;

/// <summary>Forms with antiforgery tokens: the middleware reads the form before the endpoint does.</summary>
public sealed class AntiforgeryTests : NeighbourTest
{
    // One key ring for both apps: a token of one is good for the other.
    private readonly EphemeralDataProtectionProvider _keys = new();

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Form_WithToken_IsTakenAndCopied(Wire wire)
    {
        await using var twins = await StartAsync(isInFront: false);
        var (cookie, token) = await GetTokenAsync(twins, wire);

        var form = $"name=J%C3%BCrgen+M&__RequestVerificationToken={Uri.EscapeDataString(token)}";
        var answer = await twins.AskAndCopyAsync(wire, WireRequest.PostForm("/form", form, cookie), Token);
        var refused = await twins.AskAndCopyAsync(wire, WireRequest.PostForm("/form", "name=J", cookie), Token);

        Assert.Equal((200, "hello Jürgen M"), (answer.Status, answer.BodyText));
        Assert.Equal(400, refused.Status);
        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Upload_WithToken_IsTakenAndCopied(Wire wire)
    {
        await using var twins = await StartAsync(isInFront: false);
        var (cookie, token) = await GetTokenAsync(twins, wire);

        var body = Encoding.UTF8.GetBytes(
            $"--b\r\nContent-Disposition: form-data; name=\"__RequestVerificationToken\"\r\n\r\n{token}\r\n"
                + $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.bin\"\r\n\r\n{new string('f', 100_000)}\r\n--b--\r\n"
        );
        var answer = await twins.AskAndCopyAsync(
            wire,
            WireRequest.Post("/upload", "multipart/form-data; boundary=b", body, cookie) with
            {
                IsChunked = true,
            },
            Token
        );

        Assert.Equal("100000", answer.BodyText);
        await twins.AssertSettledAsync("seen 2, completed.2xx 2", Token);
    }

    // Nobody behind it reads the body again, so the mirror cannot know it.
    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Form_ReadInFrontOfTheMirror_IsTakenAndItsCopyIsACountedDrop(Wire wire)
    {
        await using var twins = await StartAsync(isInFront: true);
        var (cookie, token) = await GetTokenAsync(twins, wire);

        var form = $"name=J&__RequestVerificationToken={Uri.EscapeDataString(token)}";
        var answer = await twins.AskBothAsync(wire, WireRequest.PostForm("/form", form, cookie), Token);

        Assert.Equal("hello J", answer.BodyText);
        await twins.AssertSettledAsync("seen 2, dropped.body_incomplete 1, completed.2xx 1", Token);
    }

    private Task<AppTwins> StartAsync(bool isInFront) =>
        new AppTwins
        {
            Configure = builder =>
                builder
                    .Services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "antiforgery")
                    .AddSingleton<IDataProtectionProvider>(_keys),
            Front = app => UseIf(app, isInFront),
            App = app =>
            {
                UseIf(app, !isInFront);
                app.MapGet(
                    "/token",
                    (IAntiforgery antiforgery, HttpContext context) =>
                        antiforgery.GetAndStoreTokens(context).RequestToken
                );
                app.MapPost("/form", ([FromForm] string name) => $"hello {name}");
                app.MapPost("/upload", (IFormFile file) => $"{file.Length}");
            },
        }.StartAsync(Token);

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseRouting();
            app.UseAntiforgery();
        }
    }

    private async Task<(string Cookie, string Token)> GetTokenAsync(AppTwins twins, Wire wire)
    {
        var answer = await twins.Mirrored.AskAsync(wire, WireRequest.Get("/token"), Token);
        await twins.AssertCopyAsync(WireRequest.Get("/token"), Token);
        return ($"Cookie: {answer.Value("Set-Cookie")!.Split(';')[0]}", answer.BodyText);
    }
}
