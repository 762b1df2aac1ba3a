using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Explaining;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Explaining;

/// <summary>The path of a request that nobody has sent is the one that Kestrel makes of its target.</summary>
public sealed class ExplainedPathTests : FunctionalTest
{
    private static readonly string[] _targets =
    [
        "/",
        "//",
        "/a",
        "/a/",
        "/a//b",
        "/a/./b",
        "/a/../b",
        "/a/b/../../../c",
        "/..",
        "/../",
        "/.",
        "/a/..",
        "/a/.",
        "/a/b/..",
        "//..//a",
        "/a/...",
        "/a/..b",
        "/a/.b/c..",
        "/a/%2e%2E/b",
        "/a/%2e",
        "/a%2Fb",
        "/a%2F..%2Fb",
        "/a%252e%252e",
        "/%e2%82%ac/%C3",
        "/a%5C..%5Cb",
        "/a\\..\\b",
        "/a%zz%2",
        "/a;b=c/../d?x=/../y",
        "/a+b%20c",
    ];

    [Fact]
    public async Task Create_OfATarget_HasThePathThatAServerMakesOfIt()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
            Settings = { ["Shadows:v2:Percent"] = "0" },
            App = app => app.Run(context => context.Response.WriteAsync(Escape(context.Request.Path))),
        }.StartAsync(Token);

        foreach (var target in _targets)
        {
            var response = await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);
            var request = HypotheticalRequest
                .Create("GET", target, [], user: null, environment.Primary.Services)
                .Request;

            Assert.Equal((target, response.BodyText), (target, Escape(request.Path)));
        }
    }

    [Fact]
    public async Task Create_OfAPathWithANul_IsRefusedAsByAServer()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get("/a%00b"), Token);
        var fault = Assert.Throws<ArgumentException>(() =>
            HypotheticalRequest.Create("GET", "/a%00b", [], user: null, environment.Primary.Services)
        );

        Assert.Equal(400, response.Status);
        Assert.Equal("target", fault.ParamName);
    }

    private static string Escape(PathString path) => Uri.EscapeDataString(path.Value!);
}
