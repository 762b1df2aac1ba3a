using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class TransformTests : FunctionalTest
{
    private static readonly byte[] Order = Encoding.UTF8.GetBytes("""{"item":"book","count":1}""");

    [Fact]
    public async Task Copy_WithATransform_IsWhatItMakesOfIt()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            mirroring =>
                mirroring
                    .AddTransform(copy =>
                    {
                        copy.Method = "PUT";
                        copy.Path = $"/v2{copy.Path}";
                        copy.Query += "&dryRun=true";
                        copy.Headers.Set("X-Id", copy.Id);
                        copy.Headers.Add("X-One", "2");
                        copy.Headers.Remove("Cookie");
                    })
                    .AddTransform(
                        "v2",
                        copy =>
                        {
                            var body = Encoding.UTF8.GetString(copy.Body.Span);
                            copy.SetBody(
                                Encoding.UTF8.GetBytes(body.Replace("book", "a longer book", StringComparison.Ordinal))
                            );
                        }
                    )
                    .AddTransform("other", copy => copy.Path = "/never")
        );

        var response = await environment.Primary.ExchangeAsync(
            RawRequest.Build(
                "POST",
                "/orders?x=%41",
                ["X-One: 1", "Cookie: a=1", "Content-Type: application/json"],
                Order
            ),
            Token
        );
        var copy = await shadow.NextAsync(Token);

        Assert.Equal($"read {Order.Length}", response.BodyText);
        Assert.Equal("PUT /v2/orders?x=%41&dryRun=true HTTP/1.1", copy.StartLine);
        Assert.Equal("""{"item":"a longer book","count":1}""", copy.BodyText);
        Assert.Equal("34", copy.Value("Content-Length"));
        Assert.Equal("1, 2", copy.Value("X-One"));
        Assert.Equal("application/json", copy.Value("Content-Type"));
        Assert.False(copy.Has("Cookie"));
        Assert.Equal($"v2;id=\"{copy.Value("X-Id")}\"", copy.Value("X-Shadow-Request"));
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Theory]
    [InlineData("POST", "POST", "", "0")]
    [InlineData("POST", "POST", "new", "3")]
    [InlineData("GET", "GET", "new", "3")]
    [InlineData("GET", "POST", "new", "3")]
    [InlineData("POST", "GET", "", null)]
    public async Task Copy_WithABodyThatIsSet_HasItsLength(string method, string becomes, string body, string? length)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            mirroring =>
                mirroring.AddTransform(copy =>
                {
                    copy.Method = becomes;
                    copy.SetBody(Encoding.UTF8.GetBytes(body));
                })
        );

        await environment.Primary.ExchangeAsync(
            RawRequest.Build(method, "/x", [], method == "GET" ? null : Order),
            Token
        );
        var copy = await shadow.NextAsync(Token);

        Assert.Equal($"{becomes} /x HTTP/1.1", copy.StartLine);
        Assert.Equal((body, length), (copy.BodyText, copy.Value("Content-Length")));
        Assert.False(copy.Has("Transfer-Encoding"));
    }

    [Fact]
    public async Task Copy_OverHttp2WithABodyThatIsSet_IsWhole()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = "2" },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(copy =>
                {
                    copy.Path = "/http2";
                    copy.SetBody(new byte[100_000]);
                }),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], Order), Token);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal(
            ("HTTP/2", "/http2", 100_000, "100000"),
            (copy.Protocol, copy.Target, copy.Body.Length, copy.Headers["Content-Length"].ToString())
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_WhoseTransformAsksForMoreBytesThanTheBudgetHas_IsDroppedForIt(bool sets)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["MaxBufferedBytes"] = "40000", ["Shadows:v2:MaxBodyBytes"] = "30000" },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(copy =>
                {
                    if (sets)
                    {
                        copy.SetBody(new byte[30_000]);
                    }
                    else
                    {
                        _ = copy.Body;
                    }
                }),
        }.StartAsync(Token);

        // The body takes three quarters of the budget, and a second time as much is not there.
        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], new byte[25_000]), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.budget 1", Token);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copies_WithATransformForOneOfTwoShadows_DifferForThatOneOnly()
    {
        await using var one = RawShadow.Start();
        await using var two = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["one"] = one.Address, ["two"] = two.Address },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(
                    "two",
                    copy =>
                    {
                        copy.Path = "/two";
                        copy.Headers.Set("X-One", "2");
                        copy.SetBody(default);
                    }
                ),
        }.StartAsync(Token);

        var body = SampleApp.NewOrderJson(70_000);
        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x%2F", ["X-One: 1"], body), Token);
        var untouched = await one.NextAsync(Token);
        var changed = await two.NextAsync(Token);

        Assert.Equal("POST /x%2F HTTP/1.1", untouched.StartLine);
        Assert.Equal("1", untouched.Value("X-One"));
        Assert.Equal(body, untouched.Body);
        Assert.Equal("POST /two HTTP/1.1", changed.StartLine);
        Assert.Equal("2", changed.Value("X-One"));
        Assert.Empty(changed.Body);
    }

    [Fact]
    public async Task Copies_WithATransformThatThrows_AreDroppedForItsShadowOnly()
    {
        await using var one = RawShadow.Start();
        await using var two = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["one"] = one.Address, ["two"] = two.Address },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(
                    "two",
                    copy =>
                    {
                        copy.SetBody(default);
                        throw new InvalidOperationException("a transform of the app's");
                    }
                ),
        }.StartAsync(Token);

        for (var i = 0; i < 3; i++)
        {
            var response = await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], Order), Token);
            Assert.Equal(200, response.Status);
            Assert.Equal(Order, (await one.NextAsync(Token)).Body);
        }

        await environment.WaitUntilSettledAsync(Token, "two");
        var shadows = environment.Ledger.GetSnapshot().Shadows;
        Assert.Equal("seen 3, completed.2xx 3", LedgerAssert.Describe(shadows["one"]));
        Assert.Equal("seen 3, dropped.transform_failed 3", LedgerAssert.Describe(shadows["two"]));
        Assert.Equal(0, two.Connections);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    [Theory]
    [InlineData("Host")]
    [InlineData(":authority")]
    [InlineData("Content-Length")]
    [InlineData("X-Shadow-Request")]
    public async Task Copy_WithATransformThatReachesForTheAuthority_IsDropped(string name)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            mirroring => mirroring.AddTransform(copy => copy.Headers.Set(name, "elsewhere.example"))
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_WithATransform_FollowsRewriteAndHeaders()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["Shadows:v2:RewritePath:Pattern"] = "^/a",
                ["Shadows:v2:RewritePath:Replacement"] = "/b",
                ["Shadows:v2:RemoveHeaders:0"] = "X-Removed",
                ["Shadows:v2:SetHeaders:X-Set"] = "set",
                ["Shadows:v2:ForwardedHeaders"] = "Append",
            },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(copy =>
                    copy.Headers.Set(
                        "X-Seen",
                        string.Join(
                            ' ',
                            copy.Path,
                            copy.Headers.Get("X-Removed"),
                            copy.Headers.Get("X-Set"),
                            copy.Headers.Get("X-Forwarded-For")
                        )
                    )
                ),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/a", "X-Removed: 1", "X-Set: 1"), Token);

        Assert.Equal("/b  set 127.0.0.1", (await shadow.NextAsync(Token)).Value("X-Seen"));
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow, Action<ITrafficMirroringBuilder> configure) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureMirroring = configure,
        }.StartAsync(Token);
}
