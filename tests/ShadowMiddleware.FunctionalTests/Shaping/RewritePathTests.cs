using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Copy;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class RewritePathTests : CopyTest
{
    private const string Pattern = "Shadows:v2:RewritePath:Pattern";
    private const string Replacement = "Shadows:v2:RewritePath:Replacement";

    [Theory]
    [InlineData("^/api/(.*)$", "/v2/$1", "/api/a%2Fb/../c?x=/api/%41", "/base/v2/a%2Fb/../c?x=/api/%41")]
    [InlineData("^/api/(.*)$", "/v2/$1", "/other#x?y#z", "/base/other#x?y#z")]
    [InlineData("o", "0", "/foo/o?o", "/base/f00/0?o")]
    [InlineData("^/api", "", "/api/x", "/base/x")]
    [InlineData("^/", "//elsewhere.example:99/", "/x", "/base//elsewhere.example:99/x")]
    [InlineData("^/", "/@elsewhere.example/", "/x", "/base/@elsewhere.example/x")]
    [InlineData("^/", "/\\\\elsewhere.example/", "/x", "/base/\\\\elsewhere.example/x")]
    public async Task Copy_WithARewrite_HasItsPathBehindThatOfTheAddress(
        string pattern,
        string replacement,
        string target,
        string expected
    )
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = $"{shadow.Address}/base" },
            Settings = { [Pattern] = pattern, [Replacement] = replacement },
        }.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get(target));

        Assert.Equal($"GET {expected} HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    [Theory]
    [InlineData("^/", "")]
    [InlineData("^/", "http://elsewhere.example/")]
    [InlineData("^/", "@elsewhere.example/")]
    [InlineData("^/", ".elsewhere.example/")]
    [InlineData("^/", ":99/")]
    [InlineData("x", "y HTTP/1.1\r\nX-Injected: 1\r\n\r\n")]
    [InlineData("x", "a b")]
    [InlineData("x", "a?b")]
    [InlineData("x", "a#b")]
    [InlineData("x", "\u00e9")]
    public async Task Copy_WhoseRewrittenPathIsNone_IsDropped(string pattern, string replacement)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Pattern] = pattern, [Replacement] = replacement },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get("/x?q"), Token);

        Assert.Equal(200, response.Status);
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_WithACanonicalRewriteThatClimbs_StaysBelowThePathOfTheAddress()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = $"{shadow.Address}/base" },
            Settings =
            {
                [Pattern] = "^/x",
                [Replacement] = "/../../admin",
                ["Shadows:v2:PathFidelity"] = "Canonical",
            },
        }.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get("/x"));

        Assert.Equal("GET /base/admin HTTP/1.1", copy.StartLine);
    }

    [Fact]
    public async Task Copies_ToTwoShadows_AreRewrittenForOneOnly()
    {
        await using var one = RawShadow.Start();
        await using var two = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["one"] = one.Address, ["two"] = two.Address },
            Settings =
            {
                ["Shadows:two:RewritePath:Pattern"] = "^/api",
                ["Shadows:two:RewritePath:Replacement"] = "/v2",
            },
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/api/x"), Token);

        Assert.Equal("/api/x", (await one.NextAsync(Token)).Target);
        Assert.Equal("/v2/x", (await two.NextAsync(Token)).Target);
    }
}
