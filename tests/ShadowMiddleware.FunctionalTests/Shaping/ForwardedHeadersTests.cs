using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Copy;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class ForwardedHeadersTests : CopyTest
{
    private const string Key = "Shadows:v2:ForwardedHeaders";

    [Fact]
    public async Task Copy_ThatForwards_SaysWhereItsRequestCameFrom()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "Host: foo.com:81"), app: null, (Key, "Append"));

        Assert.Equal("127.0.0.1", copy.Value("X-Forwarded-For"));
        Assert.Equal("foo.com:81", copy.Value("X-Forwarded-Host"));
        Assert.Equal("http", copy.Value("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task Copy_ThatForwards_AppendsToWhatWasReceived()
    {
        var copy = await CopyAsync(
            RawRequest.Get(
                "/x",
                "X-Forwarded-For: 192.0.2.1",
                "x-forwarded-for: 192.0.2.2, 192.0.2.3",
                "X-Forwarded-Host: first.example",
                "X-Forwarded-Proto: https"
            ),
            app: null,
            (Key, "Append")
        );

        Assert.Equal(
            "192.0.2.1, 192.0.2.2, 192.0.2.3, 127.0.0.1",
            Assert.Single(copy.Fields, field => field.Key == "X-Forwarded-For").Value
        );
        Assert.Equal($"first.example, {RawRequest.Host}", copy.Value("X-Forwarded-Host"));
        Assert.Equal("https, http", copy.Value("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task Copy_ThatDoesNotForward_HasTheFieldsAsReceived()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "X-Forwarded-For: 192.0.2.1"), app: null, (Key, "None"));

        Assert.Equal("192.0.2.1", copy.Value("X-Forwarded-For"));
        Assert.False(copy.Has("X-Forwarded-Host"));
    }

    [Fact]
    public async Task Copy_BehindForwardedHeadersMiddleware_NamesTheClient()
    {
        await using var shadow = RawShadow.Start();
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Key] = "Append" },
            BeforeMirror = app => app.UseForwardedHeaders(options),
        }.StartAsync(Token);

        var copy = await CopyAsync(
            environment,
            shadow,
            RawRequest.Get(
                "/x",
                "X-Forwarded-For: ::ffff:192.0.2.1",
                "X-Forwarded-Host: first.example",
                "X-Forwarded-Proto: https"
            )
        );

        Assert.Equal(IPAddress.Parse("192.0.2.1").ToString(), copy.Value("X-Forwarded-For"));
        Assert.Equal("first.example", copy.Value("X-Forwarded-Host"));
        Assert.Equal("https", copy.Value("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task Copies_ToTwoShadows_ForwardForOneOnly()
    {
        await using var one = RawShadow.Start();
        await using var two = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["one"] = one.Address, ["two"] = two.Address },
            Settings = { ["Shadows:two:ForwardedHeaders"] = "Append" },
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        Assert.False((await one.NextAsync(Token)).Has("X-Forwarded-For"));
        Assert.Equal("127.0.0.1", (await two.NextAsync(Token)).Value("X-Forwarded-For"));
    }
}
