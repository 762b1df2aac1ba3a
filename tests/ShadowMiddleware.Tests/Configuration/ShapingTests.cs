using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class ShapingTests
{
    private const string V2 = "TrafficMirroring:Shadows:v2:";

    [Theory]
    [InlineData("\"Destination\"", HostHeaderMode.Destination)]
    [InlineData("\"original\"", HostHeaderMode.Original)]
    [InlineData("\"OriginalWithShadowSuffix\"", HostHeaderMode.OriginalWithShadowSuffix)]
    public void HostHeader_IsRead(string json, HostHeaderMode expected) =>
        Assert.Equal(
            expected,
            Sources.LoadShadow($"\"HostHeader\": {json}").Shaping?.HostHeader ?? HostHeaderMode.Destination
        );

    [Theory]
    [InlineData("orders.internal", "orders.internal", null)]
    [InlineData("orders.internal:8080", "orders.internal:8080", null)]
    [InlineData("10.0.0.1", "10.0.0.1", null)]
    [InlineData("[::1]:81", "[::1]:81", null)]
    [InlineData("{host}", "", "")]
    [InlineData("{host}:8080", "", ":8080")]
    [InlineData("{host}.uat.example.com", "", ".uat.example.com")]
    [InlineData("uat-{host}", "uat-", "")]
    public void HostHeaderTemplate_IsReadAsWhatStandsAroundTheClientsHost(string text, string before, string? after)
    {
        var shaping = Sources.LoadShadow($"\"HostHeaderTemplate\": \"{text}\"").Shaping!;

        Assert.Equal(new HostTemplate(before, after), shaping.HostTemplate);
        Assert.True(shaping.ChangesHost);
        Assert.Equal(after is not null, shaping.HasHostOfClient);
    }

    [Theory]
    [InlineData("orders internal")]
    [InlineData("orders.internal/x")]
    [InlineData("orders.internal?x")]
    [InlineData("orders.internal#x")]
    [InlineData("orders\\\\internal")]
    [InlineData("user@orders.internal")]
    [InlineData("https://orders.internal")]
    [InlineData("orders.internal:")]
    [InlineData("orders.internal:0")]
    [InlineData("orders.internal:99999")]
    [InlineData("orders.internal\\r\\nX: 1")]
    [InlineData("\u00f6rders.internal")]
    [InlineData("256.1.1.1")]
    [InlineData("::1")]
    [InlineData("{Host}.example.com")]
    [InlineData("{host}.{tenant}.example.com")]
    [InlineData("{host}..example.com")]
    [InlineData("*.example.com")]
    public void HostHeaderTemplate_ThatIsNoHost_IsAFault(string text) =>
        Assert.Contains(
            ": it is no host; write a host such as orders.internal or {host}.uat.example.com.",
            Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"HostHeaderTemplate\": \"{text}\""))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(
        "\"HostHeaderTemplate\": \"{host}.{host}\"",
        "'{host}.{host}': the client's host can stand in it once; write a host such as orders.internal or {host}.uat.example.com."
    )]
    [InlineData(
        "\"HostHeaderTemplate\": \"a.example\", \"HostHeader\": \"Original\"",
        "HostHeader says 'Original', which is another host; remove one of the two."
    )]
    [InlineData(
        "\"HostHeaderTemplate\": \"a.example\", \"HttpVersion\": \"2\", \"Address\": \"https://shadow\"",
        "another host than that of the address cannot be sent over HTTP/2 to an https address; remove HttpVersion, or this key."
    )]
    public void HostHeaderTemplate_ThatContradicts_IsAFault(string keys, string fault)
    {
        var address = keys.Contains("https:", StringComparison.Ordinal) ? "" : "\"Address\": \"http://shadow\",";
        var found = Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": { {{address}} {{keys}} } }"""));

        Assert.Equal($"{V2}HostHeaderTemplate: {fault}", Assert.Single(found));
    }

    [Theory]
    [InlineData("HostHeader", "\"Client\"", "'Client' is not one of its values; write \"Destination\" or \"Original\"")]
    [InlineData("HostHeader", "1", "'1' is not one of its values;")]
    [InlineData("HostHeader", "[\"Original\"]", "a single value is meant here,")]
    [InlineData("ForwardedHeaders", "true", "'True' is not one of its values; write \"None\" or \"Append\".")]
    [InlineData("ForwardedHeaders", "\"\"", "it is empty;")]
    [InlineData("RewritePath", "\"^/a\"", "an object is meant here, and the value '^/a' was found; write {")]
    [InlineData("RewritePath", "[\"a\"]", "an object is meant here, and a list was found;")]
    public void Key_WithABadValue_IsAFault(string key, string json, string fault) =>
        Assert.StartsWith(
            $"{V2}{key}: {fault}",
            Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"{key}\": {json}"))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{ "Pattern": "a" }""", "Replacement: it is missing;")]
    [InlineData("""{ "Pattern": "a", "Replacement": null }""", "Replacement: it is missing;")]
    [InlineData("""{ "Replacement": "a" }""", "Pattern: it is missing;")]
    [InlineData("""{ "Pattern": "", "Replacement": "a" }""", "Pattern: it is empty;")]
    [InlineData("""{ "Pattern": "a", "Replacement": ["b"] }""", "Replacement: a single value is meant here,")]
    [InlineData(
        """{ "Patern": "a", "Pattern": "a", "Replacement": "b" }""",
        "Patern: there is no such key; did you mean 'Pattern'?"
    )]
    [InlineData(
        """{ "Pattern": "(a", "Replacement": "b" }""",
        "Pattern: '(a' is no regular expression (InsufficientClosingParentheses at 2);"
    )]
    [InlineData("""{ "Pattern": "a(?=b)", "Replacement": "b" }""", "Pattern: 'a(?=b)' needs backtracking,")]
    [InlineData("""{ "Pattern": "(?<!a)b", "Replacement": "b" }""", "Pattern: '(?<!a)b' needs backtracking,")]
    [InlineData("""{ "Pattern": "(a+)\\1", "Replacement": "b" }""", "Pattern: '(a+)\\1' needs backtracking,")]
    [InlineData("""{ "Pattern": "(?>a+)b", "Replacement": "b" }""", "Pattern: '(?>a+)b' needs backtracking,")]
    [InlineData(
        """{ "Pattern": "((a{1000}){1000}){1000}", "Replacement": "b" }""",
        "Pattern: '((a{1000}){1000}){1000}' needs backtracking, or is too large,"
    )]
    [InlineData("""{ "Pattern": "(a)", "Replacement": "/$2" }""", "Replacement: '/$2': the pattern has no group '2';")]
    [InlineData(
        """{ "Pattern": "(a)", "Replacement": "/$10" }""",
        "Replacement: '/$10': the pattern has no group '10';"
    )]
    [InlineData(
        """{ "Pattern": "(?<x>a)", "Replacement": "/${y}" }""",
        "Replacement: '/${y}': the pattern has no group 'y';"
    )]
    [InlineData("""{ "Pattern": "a", "Replacement": "$_" }""", "Replacement: '$_': $_ puts the path itself")]
    [InlineData("""{ "Pattern": "a", "Replacement": "b$'" }""", "Replacement: 'b$'': $' puts the path itself")]
    [InlineData("""{ "Pattern": "a", "Replacement": "b$`" }""", "Replacement: 'b$`': $` puts the path itself")]
    public void RewritePath_WithAFault_NamesItsKey(string json, string fault) =>
        Assert.StartsWith(
            $"{V2}RewritePath:{fault}",
            Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"RewritePath\": {json}"))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("^/api/(.*)$", "/v2/$1")]
    [InlineData("(?<rest>.*)", "${rest}")]
    [InlineData("(?i)A", "$0$&$$1$$$$9${")]
    [InlineData("(a)(b)", "$2$1$+")]
    [InlineData("a", "")]
    [InlineData("a", "$")]
    [InlineData("^(a+)+$", "b")]
    public void RewritePath_ThatIsGood_IsRead(string pattern, string replacement)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(new { Pattern = pattern, Replacement = replacement });

        var rewrite = Sources.LoadShadow($"\"RewritePath\": {json}").Shaping!.RewritePath!;

        Assert.Equal((pattern, replacement), (rewrite.Pattern.ToString(), rewrite.Replacement));
        Assert.True(rewrite.Pattern.MatchTimeout < TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void RewritePath_Empty_RewritesNothing(string json) =>
        Assert.Null(Sources.LoadShadow($"\"RewritePath\": {json}").Shaping);

    [Fact]
    public void Faults_AreAllListed()
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow(
                """
                "HostHeader": "x", "ForwardedHeaders": "y", "RewritePath": { "Pattern": "(", "Replacement": "$_", "Z": 1 }
                """
            )
        );

        Assert.Equal(
            ["HostHeader", "ForwardedHeaders", "RewritePath:Z", "RewritePath:Pattern"],
            faults.Select(fault => fault[V2.Length..fault.IndexOf(": ", StringComparison.Ordinal)])
        );
    }

    [Fact]
    public void Enum_CastInCode_IsAFault()
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.HostHeader = (HostHeaderMode)7;
            shadow.ForwardedHeaders = (ForwardedHeadersMode)8;
            shadow.RewritePath = new PathRewriteOptions();
        });

        Assert.Equal(
            [
                "Shadows:shadow:HostHeader: '7' is not one of its values; write Destination or Original or OriginalWithShadowSuffix.",
                "Shadows:shadow:ForwardedHeaders: '8' is not one of its values; write None or Append.",
                "Shadows:shadow:RewritePath:Pattern: it is missing; write a regular expression such as ^/api/(.*)$.",
                "Shadows:shadow:RewritePath:Replacement: it is missing; write what takes the place of a match, which may be empty.",
            ],
            faults
        );
    }

    [Theory]
    [InlineData("https://h", "2", true)]
    [InlineData("HTTPS://h", "2", true)]
    [InlineData("http://h", "2", false)]
    [InlineData("https://h", "1.1", false)]
    [InlineData("https://h", null, false)]
    public void HostHeader_OverHttp2AndTls_IsAFault(string address, string? version, bool isFault)
    {
        void Configure(TrafficMirroringOptions options)
        {
            var shadow = options.MirrorTo(address);
            shadow.HostHeader = HostHeaderMode.Original;
            shadow.HttpVersion = version;
        }

        if (isFault)
        {
            var fault = Assert.Single(Sources.FaultsOf(Configure));
            Assert.StartsWith(
                "Shadows:shadow:HostHeader: 'Original' cannot be sent over HTTP/2",
                fault,
                StringComparison.Ordinal
            );
        }
        else
        {
            Assert.Equal(HostHeaderMode.Original, Sources.Load(Configure).Shadows[0].Shaping!.HostHeader);
        }
    }

    [Fact]
    public void BearerToken_BesideASetAuthorization_IsAFault()
    {
        var fault = Assert.Single(
            Sources.FaultsOfShadow(shadow =>
            {
                shadow.SetHeaders["authorization"] = "hush-hush";
                shadow.UseBearerToken(_ => default);
            })
        );

        Assert.Equal(
            "Shadows:shadow:SetHeaders:authorization: UseBearerToken sets it as well; remove one of the two.",
            fault
        );
    }

    [Fact]
    public void BearerToken_LastOne_IsTaken()
    {
        static ValueTask<BearerToken> Provide(CancellationToken cancellationToken) => default;

        var shadow = Sources
            .Load(options => options.MirrorTo("http://h").UseBearerToken(_ => default).UseBearerToken(Provide))
            .Shadows[0];

        Assert.Equal(Provide, shadow.Shaping!.BearerTokenProvider);
        Assert.Throws<ArgumentNullException>(() => new ShadowOptions().UseBearerToken(null!));
    }

    [Fact]
    public void BearerToken_AsText_DoesNotShowItsValue() =>
        Assert.Equal(
            "BearerToken { ExpiresAt = 2031-05-06T07:08:09.0000000+00:00 }",
            new BearerToken("hush-hush", new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero)).ToString()
        );
}
