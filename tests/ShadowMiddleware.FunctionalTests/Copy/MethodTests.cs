using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

public sealed class MethodTests : CopyTest
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("PURGE")]
    [InlineData("PROPFIND")]
    [InlineData("M-SEARCH")]
    [InlineData("QUERY")]
    [InlineData("LINK")]
    [InlineData("BASELINE-CONTROL")]
    [InlineData("purge")]
    [InlineData("X!#$%&'*+.^_`|~1")]
    public async Task Copy_MethodWithoutBody_InventsNoFraming(string method)
    {
        var copy = await CopyAsync(RawRequest.Build(method, "/x", [], body: null));

        Assert.Equal($"{method} /x HTTP/1.1", copy.StartLine);
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.Empty(copy.Body);

        // The platform's client announces an empty body for the other methods; that says the same.
        var announced = method is "GET" or "HEAD" or "OPTIONS" ? [null] : new[] { null, "0" };
        Assert.Contains(copy.Value("Content-Length"), announced);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("QUERY")]
    [InlineData("PROPFIND")]
    [InlineData("purge")]
    public async Task Copy_MethodWithBody_CarriesIt(string method)
    {
        var body = Encoding.UTF8.GetBytes("""{"some":"body"}""");

        var copy = await CopyAsync(RawRequest.Build(method, "/x", ["Content-Type: application/json"], body));

        Assert.Equal($"{method} /x HTTP/1.1", copy.StartLine);
        Assert.Equal("15", copy.Value("Content-Length"));
        Assert.Equal("application/json", copy.Value("Content-Type"));
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.Equal(body, copy.Body);
    }

    // A copy is exact or it is not sent, and the platform's client would write these in capitals.
    [Theory]
    [InlineData("get")]
    [InlineData("Head")]
    [InlineData("oPTIONS")]
    [InlineData("post")]
    [InlineData("pUt")]
    [InlineData("Patch")]
    [InlineData("delete")]
    [InlineData("trace")]
    [InlineData("query")]
    public async Task Copy_StandardMethodInOtherLetters_IsNeverSent(string method)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await environment.Primary.ExchangeAsync(RawRequest.Build(method, "/x", [], [1, 2]), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_BodyOfLengthZero_StaysEmpty()
    {
        var copy = await CopyAsync(RawRequest.Build("POST", "/x", ["Content-Type: text/plain"], []));

        Assert.Equal("0", copy.Value("Content-Length"));
        Assert.Equal("text/plain", copy.Value("Content-Type"));
        Assert.Empty(copy.Body);
    }

    [Fact]
    public async Task Copy_ContentFieldsWithoutBody_AreKept()
    {
        var copy = await CopyAsync(RawRequest.Get("/x", "Content-Type: application/json", "Content-Language: en"));

        Assert.Equal("application/json", copy.Value("Content-Type"));
        Assert.Equal("en", copy.Value("Content-Language"));
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.Empty(copy.Body);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", true)]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("DELETE", false)]
    [InlineData("PURGE", false)]
    public async Task Copy_WritesSkip_MirrorsSafeMethodsOnly(string method, bool mirrored)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:Writes"] = "Skip" },
        };
        await environment.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Build(method, "/x", [], body: null), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(200, response.Status);
        Assert.Equal(mirrored ? "seen 1, completed.2xx 1" : "seen 1, skipped.writes 1", LedgerAssert.Describe(ledger));
    }
}
