using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

public sealed class TargetTests : CopyTest
{
    [Theory]
    [InlineData("/")]
    [InlineData("/plain")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%252Fb")]
    [InlineData("/%41%62c")]
    [InlineData("/%c3%a9%C3%A9")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b/.")]
    [InlineData("/%2e%2e/secret")]
    [InlineData("//host/x")]
    [InlineData("//user@host:99/x")]
    [InlineData("/@host")]
    [InlineData("/\\host")]
    [InlineData("/\\\\host\\share")]
    [InlineData("///x//y///")]
    [InlineData("/?")]
    [InlineData("/x?")]
    [InlineData("/x??y?")]
    [InlineData("/x?a=1&a=2&&=&b&c=")]
    [InlineData("/x?q=%20+%2B&r=%zz&s=100%")]
    [InlineData("/x?u=http://elsewhere/%2e%2e/y?z=1")]
    [InlineData("/x?json={\"a\":[1,2]}&pipe=|^`")]
    [InlineData("/x;v=1,2;w='(!)*~$&+=:@")]
    [InlineData("/100%/%zz")]
    [InlineData("/x:80/y")]
    [InlineData("/<script>")]
    [InlineData("/a#b?c#d")]
    public async Task Copy_AnyTarget_IsByteForByte(string target)
    {
        var copy = await CopyAsync(RawRequest.Get(target));

        Assert.Equal($"GET {target} HTTP/1.1", copy.StartLine);
    }

    [Fact]
    public async Task Copy_TargetOf8000Bytes_IsByteForByte()
    {
        var target = $"/long/%2F{new string('a', 4000)}?q={new string('b', 3985)}";

        var copy = await CopyAsync(RawRequest.Get(target));

        Assert.Equal($"GET {target} HTTP/1.1", copy.StartLine);
    }

    [Fact]
    public async Task Copy_TargetAsLongAsTheServerTakes_IsByteForByte()
    {
        // The server's limit of 8 KB counts the whole request line, its end included.
        var target = $"/{new string('%', 8 * 1024 - "GET / HTTP/1.1\r\n".Length)}";

        var copy = await CopyAsync(RawRequest.Get(target));

        Assert.Equal($"GET {target} HTTP/1.1", copy.StartLine);
    }

    [Theory]
    [InlineData("http://primary.example/x%2Fy?z=%41", "/x%2Fy?z=%41")]
    [InlineData("http://primary.example/a/../b", "/a/../b")]
    [InlineData("http://primary.example/", "/")]
    [InlineData("http://primary.example", "/")]
    [InlineData("http://primary.example?q=1", "/?q=1")]
    public async Task Copy_AbsoluteForm_IsSentAsOriginForm(string target, string expected)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } };
        await environment.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get(target));

        Assert.Equal($"GET {expected} HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    // Whatever the server thinks of it: the copy goes to the shadow, or nowhere.
    [Theory]
    [InlineData("http://elsewhere.example/x", "primary.example")]
    [InlineData("http://elsewhere.example:99/x", "elsewhere.example:99")]
    [InlineData("http://user:password@elsewhere.example/x", "elsewhere.example")]
    [InlineData("https://primary.example/x", "primary.example")]
    [InlineData("ftp://primary.example/x", "primary.example")]
    [InlineData("http:///x", "")]
    [InlineData("elsewhere.example:80", "elsewhere.example:80")]
    [InlineData("/x", "elsewhere.example:99")]
    [InlineData("/x", "user@elsewhere.example")]
    [InlineData("/x", "elsewhere.example/y")]
    [InlineData("/x", "one.example, two.example")]
    [InlineData("/x", "one.example\r\nHost: two.example")]
    [InlineData("/x", "[::1]:99")]
    public async Task Copy_AnyAuthority_GoesToTheAddressOfTheShadow(string target, string host)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get(target, $"Host: {host}"), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        if (response.Status != 200)
        {
            Assert.Equal(NothingSeen, LedgerAssert.Describe(ledger));
            return;
        }

        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        var copy = await shadow.NextAsync(Token);
        Assert.Equal("GET /x HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    [Theory]
    [InlineData("/x y")]
    [InlineData("/x\ty")]
    [InlineData("/\u00e9")]
    [InlineData("/x?\u00e9")]
    [InlineData("/x\0")]
    [InlineData("/%00")]
    [InlineData("x")]
    [InlineData("*")]
    public async Task Copy_TargetThatIsNone_IsNeverSent(string target)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);

        Assert.Equal(
            response.Status == 200 ? "seen 1, dropped.transform_failed 1" : NothingSeen,
            LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token))
        );
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_OptionsAsterisk_IsSkippedAsTarget()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } };
        await environment.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Build("OPTIONS", "*", [], body: null), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(200, response.Status);
        Assert.Equal("seen 1, skipped.target 1", LedgerAssert.Describe(ledger));
        Assert.Equal(0, shadow.Connections);
    }

    [Theory]
    [InlineData("/base", "/x%2Fy?z", "/base/x%2Fy?z")]
    [InlineData("/base/", "/x", "/base/x")]
    [InlineData("/base", "/", "/base/")]
    [InlineData("/a/b", "//host/../x", "/a/b//host/../x")]
    [InlineData("/", "/x", "/x")]
    public async Task Copy_AddressWithPath_PutsItInFront(string path, string target, string expected)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address + path } };
        await environment.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get(target));

        Assert.Equal($"GET {expected} HTTP/1.1", copy.StartLine);
    }

    [Theory]
    [InlineData("/a/../b?c=%41", "/b?c=A")]
    [InlineData("/%41/x", "/A/x")]
    [InlineData("//host/x", "//host/x")]
    [InlineData("/plain?x=1", "/plain?x=1")]
    public async Task Copy_CanonicalFidelity_NormalisesTheTarget(string target, string expected)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:PathFidelity"] = "Canonical" },
        };
        await environment.StartAsync(Token);

        var copy = await CopyAsync(environment, shadow, RawRequest.Get(target));

        Assert.Equal($"GET {expected} HTTP/1.1", copy.StartLine);
        Assert.Equal($"127.0.0.1:{shadow.Port}", copy.Value("Host"));
    }

    public static MatrixTheoryData<string, string> Climbing { get; } =
        new(
            [
                "/../../admin/x",
                "/a\\..\\..\\admin",
                "/%2e%2e/admin",
                "/%252e%252e/admin",
                "/a/..%2f..%2fadmin",
                "/..;/admin",
                "http://primary.example/../admin",
            ],
            ["Raw", "Canonical"]
        );

    [Theory]
    [MemberData(nameof(Climbing))]
    public async Task Copy_TargetThatClimbsOutOfThePathOfTheAddress_IsSkippedAsTarget(string target, string fidelity)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address + "/base/v2" },
            Settings = { ["Shadows:v2:PathFidelity"] = fidelity },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);

        Assert.Equal(200, response.Status);
        await environment.WaitUntilLedgerIsAsync("seen 1, skipped.target 1", Token);
        Assert.Equal(0, shadow.Connections);
    }
}
