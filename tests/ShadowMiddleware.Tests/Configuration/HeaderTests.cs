using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class HeaderTests
{
    public static readonly TheoryData<string> Reserved =
    [
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Content-Length",
        "Expect",
        "Host",
        "hOST",
        "te",
    ];

    [Theory]
    [MemberData(nameof(Reserved))]
    public void ReservedField_InEitherKey_IsAFault(string name)
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow(
                $$"""
                "RemoveHeaders": ["{{name}}"], "SetHeaders": { "{{name}}": "hush-hush" }
                """
            )
        );

        Assert.Equal(2, faults.Length);
        Assert.StartsWith(
            $"TrafficMirroring:Shadows:v2:RemoveHeaders:0: '{name}' belongs to the connection",
            faults[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"TrafficMirroring:Shadows:v2:SetHeaders:{name}: '{name}' belongs to the connection",
            faults[1],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush-hush", faults[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("X-Secret-*")]
    [InlineData("*-Key")]
    public void Wildcard_InEitherKey_IsAFault(string name)
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow(
                $$"""
                "RemoveHeaders": ["Cookie", "{{name}}"], "SetHeaders": { "{{name}}": "hush-hush" }
                """
            )
        );

        var fault =
            $"'{name}' has a * in it; names are written out, there are no wildcards here; write the name of a header in full, or use AddTransform in code.";
        Assert.Equal(
            [
                $"TrafficMirroring:Shadows:v2:RemoveHeaders:1: {fault}",
                $"TrafficMirroring:Shadows:v2:SetHeaders:{name}: {fault}",
            ],
            faults
        );
    }

    [Theory]
    [MemberData(nameof(Reserved))]
    public void ReservedField_AsTheTag_IsAFault(string name) => AssertTagFault(name, "has a meaning of its own");

    [Theory]
    [InlineData("Authorization")]
    [InlineData("cookie")]
    [InlineData("Content-Type")]
    [InlineData("Accept")]
    [InlineData("Accept-Language")]
    [InlineData("If-None-Match")]
    [InlineData("User-Agent")]
    [InlineData("traceparent")]
    [InlineData("baggage")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("Sec-Fetch-Mode")]
    [InlineData("Set-Cookie")]
    public void FieldWithAMeaning_AsTheTag_IsAFault(string name) => AssertTagFault(name, "has a meaning of its own");

    [Theory]
    [InlineData("X Tag")]
    [InlineData("X-Tag:")]
    [InlineData(":path")]
    [InlineData("X-Täg")]
    [InlineData("X-Tag\\r\\nX")]
    [InlineData("X-Tag ")]
    [InlineData("X(Tag)")]
    [InlineData("\\\"X\\\"")]
    public void Tag_ThatIsNoName_IsAFault(string name) => AssertTagFault(name, "is not the name of a header");

    [Theory]
    [InlineData("X-Shadow-Request")]
    [InlineData("Mirrored")]
    [InlineData("x-!#$%&'*+.^_`|~9")]
    [InlineData("Iffy")]
    public void Tag_Good_IsRead(string name) =>
        Assert.Equal(name, Sources.Load(Sources.WithTopLevel($"\"TagHeader\": \"{name}\"")).TagHeader);

    [Theory]
    [InlineData(null, "x-shadow-request")]
    [InlineData("X-Copy", "X-COPY")]
    public void Tag_InEitherKey_IsAFault(string? tag, string name)
    {
        var faults = Sources.FaultsOf(options =>
        {
            options.TagHeader = tag ?? options.TagHeader;
            var shadow = options.MirrorTo("http://shadow");
            shadow.RemoveHeaders.Add(name);
            shadow.SetHeaders[name] = "v";
        });

        Assert.Equal(2, faults.Length);
        Assert.All(faults, fault => Assert.Contains($"'{name}' is the tag", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void DefaultTag_WhenAnotherIsTheTag_MayBeSet() =>
        Assert.Equal(
            "X-Shadow-Request",
            Assert
                .Single(
                    Sources
                        .Load(options =>
                        {
                            options.TagHeader = "X-Copy";
                            options.MirrorTo("http://shadow").SetHeaders["X-Shadow-Request"] = "v";
                        })
                        .Shadows[0]
                        .SetHeaders
                )
                .Key
        );

    [Theory]
    [InlineData("X Y")]
    [InlineData("X-Y:")]
    [InlineData(":authority")]
    [InlineData("Ä")]
    [InlineData("X\r\nY")]
    [InlineData("X\0")]
    [InlineData(" X")]
    [InlineData("X, Y")]
    public void Name_ThatIsNone_IsAFaultInEitherKey(string name)
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.RemoveHeaders.Add(name);
            shadow.SetHeaders[name] = "v";
        });

        Assert.Equal(2, faults.Length);
        Assert.All(faults, fault => Assert.Contains("is not the name of a header", fault, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.DoesNotContain(fault, char.IsControl));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Name_Empty_IsAFault(string? name)
    {
        var fault = Assert.Single(Sources.FaultsOfShadow(shadow => shadow.RemoveHeaders.Add(name!)));

        Assert.StartsWith("Shadows:shadow:RemoveHeaders:0: it is empty;", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hush\rhush")]
    [InlineData("hush\nhush")]
    [InlineData("hush-hush\r\n")]
    [InlineData("\nhush-hush")]
    [InlineData("hush\0hush")]
    [InlineData("hush\u007fhush")]
    public void Value_WithAControlCharacter_IsAFaultThatHidesIt(string value)
    {
        var fault = Assert.Single(Sources.FaultsOfShadow(shadow => shadow.SetHeaders["X-Team"] = value));

        Assert.StartsWith("Shadows:shadow:SetHeaders:X-Team: the value *** holds", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b\tc")]
    [InlineData("Bearer e30.e30")]
    [InlineData("grüße")]
    public void Value_Good_IsKept(string value) =>
        Assert.Equal(
            new("X-Team", value),
            Assert.Single(
                Sources
                    .Load(options => options.MirrorTo("http://shadow").SetHeaders["X-Team"] = value)
                    .Shadows[0]
                    .SetHeaders
            )
        );

    // Without a value the copy would carry what the user sent, which is what somebody who sets a header does not want.
    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void Value_NullInTheSection_IsAFault(string json)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                Sources.WithShadow(
                    $$"""
                    "SetHeaders": { "X-Team": "a", "Authorization": {{json}} }
                    """
                )
            )
        );

        Assert.Equal(
            "TrafficMirroring:Shadows:v2:SetHeaders:Authorization: its value is null; write a value, which may be empty, or remove the entry.",
            fault
        );
    }

    [Fact]
    public void Value_NullInALaterFile_IsAFault()
    {
        var root = Sources.Json(
            Sources.WithShadow("\"SetHeaders\": { \"Authorization\": \"Bearer hush-hush\" }"),
            Sources.WithShadow("\"SetHeaders\": { \"Authorization\": null }")
        );

        var fault = Assert.Single(Sources.FaultsOf(Sources.Source(root)));

        Assert.Contains("SetHeaders:Authorization: its value is null;", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_NullInTheSection_MayBeReplacedByCode()
    {
        var shadow = Assert.Single(
            ConfigurationLoader
                .Load([
                    Sources.Source(Sources.WithShadow("\"SetHeaders\": { \"Authorization\": null }")),
                    new CodeSource(options => options.Shadows["v2"].SetHeaders["Authorization"] = "Bearer mine"),
                ])
                .Shadows
        );

        Assert.Equal("Bearer mine", Assert.Single(shadow.SetHeaders).Value);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void SetHeaders_Empty_SetsNothing(string json) =>
        Assert.Empty(Sources.LoadShadow($"\"SetHeaders\": {json}").SetHeaders);

    [Fact]
    public void Value_Null_IsAFault()
    {
        var fault = Assert.Single(Sources.FaultsOfShadow(shadow => shadow.SetHeaders["X-Team"] = null!));

        Assert.StartsWith("Shadows:shadow:SetHeaders:X-Team: its value is null;", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection", true)]
    [InlineData("keep-alive", true)]
    [InlineData("Proxy-Connection", true)]
    [InlineData("Proxy-Authenticate", true)]
    [InlineData("Proxy-Authorization", true)]
    [InlineData("TE", true)]
    [InlineData("Trailer", true)]
    [InlineData("Transfer-Encoding", true)]
    [InlineData("Upgrade", true)]
    [InlineData("http2-settings", true)]
    [InlineData("Host", false)]
    [InlineData("Content-Length", false)]
    [InlineData("Expect", false)]
    [InlineData("Proxy-Authentication-Info", false)]
    [InlineData("Trailers", false)]
    [InlineData("Alt-Svc", false)]
    [InlineData("Upgrade-Insecure-Requests", false)]
    [InlineData("Cookie", false)]
    [InlineData("", false)]
    public void IsHopByHop_IsExactlyTheListOfTheContract(string name, bool expected) =>
        Assert.Equal(expected, ReservedHeaders.IsHopByHop(name));

    private static void AssertTagFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"TagHeader\": \"{json}\"")));

        Assert.StartsWith("TrafficMirroring:TagHeader: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
