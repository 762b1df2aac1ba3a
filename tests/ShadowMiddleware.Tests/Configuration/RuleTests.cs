using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public sealed class RuleTests
{
    private const string Path = "TrafficMirroring:Shadows:v2:Rules";

    private static readonly int[] _kept = [200, 299, 404];
    private static readonly int[] _leftOut = [199, 300, 403, 405, 500];

    [Fact]
    public void Rules_OfTheContract_AreRead()
    {
        var shadow = Sources.LoadShadow(
            """
            "Rules": [
              { "Methods": ["GET"], "Hosts": ["*.example.com"], "Paths": ["/orders/{id}", "/catalog/{**rest}"],
                "Headers": { "X-Beta": "1" }, "Query": { "preview": "true" }, "Percent": 50,
                "ResponseStatus": ["2xx", 404] },
              { "Percent": 0 }
            ]
            """
        );

        var rules = shadow.Choice!.Rules;
        var first = rules[0];
        Assert.Equal(["GET"], first.Methods);
        Assert.Equal([new HostPattern(".example.com", IsSuffix: true)], first.Hosts);
        Assert.Equal(2, first.Paths.Length);
        Assert.Equal([KeyValuePair.Create("X-Beta", "1")], first.Headers);
        Assert.Equal([KeyValuePair.Create("preview", "true")], first.Query);
        Assert.Equal(50, first.Percent);
        Assert.All(_kept, status => Assert.True(first.ResponseStatus!.Contains(status)));
        Assert.All(_leftOut, status => Assert.False(first.ResponseStatus!.Contains(status)));
        Assert.Equal((0, null), (rules[1].Percent, rules[1].ResponseStatus));
        Assert.Equal(2, rules.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Rules\": []")]
    [InlineData("\"Rules\": null")]
    public void Rules_Absent_CostNothing(string keys) => Assert.Null(Sources.LoadShadow(keys).Choice);

    [Fact]
    public void Rules_OfCode_ComeBehindThoseOfTheSectionAndAreCheckedAlike()
    {
        var section = Sources.Source(Sources.WithShadow("\"Rules\": [{ \"Methods\": [\"GET\"] }]"));
        var code = new CodeSource(options =>
            options.Shadows["v2"].Rules.Add(new MirroringRule { Methods = { "PUT", "GTE" }, Percent = 101 })
        );

        Assert.Equal(
            [
                $"{Path}:1:Methods:1: 'GTE' is not a method that is known; write a registered method, such as GET or POST.",
                $"{Path}:1:Percent: 101 is out of range; write a number from 0 to 100, such as 12.5.",
            ],
            Sources.FaultsOf(section, code)
        );
    }

    [Theory]
    [InlineData(
        """{ "Methods": ["get"] }""",
        ":0:Methods:0: 'get' is not a method that is known; methods are compared letter by letter; write GET."
    )]
    [InlineData(
        """{ "Methods": ["GET", "FETCH"] }""",
        ":0:Methods:1: 'FETCH' is not a method that is known; did you mean 'PATCH'?"
    )]
    [InlineData(
        """{ "Methods": ["EVERYTHING"] }""",
        ":0:Methods:0: 'EVERYTHING' is not a method that is known; write a registered method, such as GET or POST."
    )]
    [InlineData("""{ "Methods": ["CONNECT"] }""", ":0:Methods:0: 'CONNECT' is never copied; remove it.")]
    [InlineData(
        """{ "Methods": "GET" }""",
        ":0:Methods: a list is meant here, and the value 'GET' was found; write [\"GET\", \"HEAD\"]."
    )]
    [InlineData("""{ "Methods": [""] }""", ":0:Methods:0: it is empty; write [\"GET\", \"HEAD\"].")]
    [InlineData(
        """{ "Methods": [["GET"]] }""",
        ":0:Methods:0: a single value is meant here, and a list or an object was found; write [\"GET\", \"HEAD\"]."
    )]
    [InlineData(
        """{ "Hosts": ["*"] }""",
        ":0:Hosts:0: '*': it stands for every host; remove the key Hosts of this rule instead."
    )]
    [InlineData(
        """{ "Hosts": ["a.*.com"] }""",
        ":0:Hosts:0: 'a.*.com': a wildcard is *. in front, and nowhere else; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["a.com:8080"] }""",
        ":0:Hosts:0: 'a.com:8080': ports do not count; write the host without one."
    )]
    [InlineData(
        """{ "Hosts": ["[::1]:80"] }""",
        ":0:Hosts:0: '[::1]:80': ports do not count; write the host without one."
    )]
    [InlineData(
        """{ "Hosts": ["::1"] }""",
        ":0:Hosts:0: '::1': an IPv6 address stands in brackets; write one such as [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["*.[::1]"] }""",
        ":0:Hosts:0: '*.[::1]': a wildcard stands before a name only; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["*.127.0.0.1"] }""",
        ":0:Hosts:0: '*.127.0.0.1': a wildcard stands before a name only; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["http://a.com"] }""",
        ":0:Hosts:0: 'http://a.com': it is no host; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["a.com/x"] }""",
        ":0:Hosts:0: 'a.com/x': it is no host; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["a.com?x=1"] }""",
        ":0:Hosts:0: 'a.com?***': it is no host; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["*.a.com#"] }""",
        ":0:Hosts:0: '*.a.com#': it is no host; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["me@a.com"] }""",
        ":0:Hosts:0: '***@a.com': it is no host; write a host such as shop.example.com, *.example.com or [::1]."
    )]
    [InlineData(
        """{ "Hosts": ["a.com."] }""",
        ":0:Hosts:0: 'a.com.': it ends with a dot, which is another name; write it without."
    )]
    [InlineData(
        """{ "Paths": ["/a-{b}"] }""",
        ":0:Paths:0: '/a-{b}': one of its segments mixes text and parameters; write a segment that is one or the other, such as /files/{name}."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": null } }""",
        ":0:Headers:X-Beta: its value is null; write a value, which may be empty, or remove the entry."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": ["secret"] } }""",
        ":0:Headers:X-Beta: a single value is meant here, and a list or an object was found; write one value."
    )]
    [InlineData(
        """{ "Headers": { "X Beta": "secret" } }""",
        ":0:Headers:X***: 'X***' is not the name of a header; write one name alone, such as X-Beta."
    )]
    [InlineData(
        """{ "Headers": { "x-shadow-request": "secret" } }""",
        ":0:Headers:x-shadow-request: 'x-shadow-request' is the tag, and requests that carry it are never copied; remove it here."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": " secret" } }""",
        ":0:Headers:X-Beta: no field has the value ***, with a blank at an end or with a control character in it; remove that."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": "secret\t" } }""",
        ":0:Headers:X-Beta: no field has the value ***, with a blank at an end or with a control character in it; remove that."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": "sec\nret" } }""",
        ":0:Headers:X-Beta: no field has the value ***, with a blank at an end or with a control character in it; remove that."
    )]
    [InlineData(
        """{ "Headers": "secret" }""",
        ":0:Headers: an object is meant here, and the value *** was found; write { \"X-Beta\": \"1\" }."
    )]
    [InlineData(
        """{ "Query": { "token": ["secret"] } }""",
        ":0:Query:token: a single value is meant here, and a list or an object was found; write one value."
    )]
    [InlineData(
        """{ "Headers": { "X-*": "1" } }""",
        ":0:Headers:X-*: 'X-*' has a * in it; names are written out, there are no wildcards here; write the name of a header in full, or use When in code."
    )]
    [InlineData(
        """{ "Query": { "*id": "1" } }""",
        ":0:Query:*id: '*id' has a * in it; names are written out, there are no wildcards here; write the name of a parameter in full, or use When in code."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": "*" } }""",
        ":0:Headers:X-Beta: a value is compared as it stands, and a wildcard was found; where it is enough that the name is there, or the sign itself is meant, use When in code."
    )]
    [InlineData(
        """{ "Query": { "preview": ".*" } }""",
        ":0:Query:preview: a value is compared as it stands, and a wildcard was found; where it is enough that the name is there, or the sign itself is meant, use When in code."
    )]
    [InlineData(
        """{ "Headers": { "X-Beta": "^secret-.*$" } }""",
        ":0:Headers:X-Beta: a value is compared as it stands, and a regular expression was found; write the value itself, in a rule for each if there are several, or use When in code."
    )]
    [InlineData(
        """{ "Query": { "token": "^secret$" } }""",
        ":0:Query:token: a value is compared as it stands, and a regular expression was found; write the value itself, in a rule for each if there are several, or use When in code."
    )]
    [InlineData("""{ "Percent": -1 }""", ":0:Percent: -1 is out of range; write a number from 0 to 100, such as 12.5.")]
    [InlineData(
        """{ "ResponseStatus": ["2x"] }""",
        ":0:ResponseStatus:0: '2x' is no status; write a status from 100 to 599, such as \"404\", or a class, such as \"2xx\"."
    )]
    [InlineData(
        """{ "ResponseStatus": ["200", "6xx"] }""",
        ":0:ResponseStatus:1: '6xx' is no status; write a status from 100 to 599, such as \"404\", or a class, such as \"2xx\"."
    )]
    [InlineData("""{ "Path": ["/x"], "Percent": 0 }""", ":0:Path: there is no such key; did you mean 'Paths'?")]
    [InlineData("""{ }""", ":0: it says nothing; give it a condition or a percent, or remove it.")]
    [InlineData(
        """{ "Percent": 0 }, { "Paths": ["/x"] }""",
        ":0: it has no condition, so that no rule behind it ever decides; move it to the end, or give it a condition."
    )]
    [InlineData(
        "\"GET\"",
        ":0: an object is meant here, and the value 'GET' was found; write { \"Paths\": [\"/orders/{id}\"], \"Percent\": 50 }."
    )]
    public void Rule_WithAFault_NamesTheKeyAndTheMend(string rules, string expected) =>
        Assert.Equal($"{Path}{expected}", Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"Rules\": [{rules}]"))));

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/*")]
    [InlineData("^")]
    [InlineData("$5")]
    [InlineData("a*b")]
    [InlineData("")]
    public void Value_WithSignsThatItMayHave_IsRead(string value)
    {
        var rule = new MirroringRule { Headers = { ["Accept"] = value }, Query = { ["q"] = value } };

        var shadow = Sources.Load(options => options.MirrorTo("http://shadow").Rules.Add(rule)).Shadows[0];

        Assert.Equal(value, shadow.Choice!.Rules[0].Headers[0].Value);
        Assert.Equal(value, shadow.Choice.Rules[0].Query[0].Value);
    }

    [Theory]
    [InlineData("/orders/{id")]
    [InlineData("/{a}/{a}")]
    [InlineData("/x?y=1")]
    [InlineData("/{**rest}/x")]
    [InlineData("/{id:regex(^a$)}")]
    [InlineData("/{id:slug}")]
    [InlineData("/{id:min(x)}")]
    [InlineData("/{id:range(5,1)}")]
    [InlineData("/{**rest:int}")]
    public void Path_ThatIsNoPatternHere_IsAFaultWithTheMend(string pattern)
    {
        var fault = Assert.Single(
            Sources.FaultsOfShadow(shadow => shadow.Rules.Add(new MirroringRule { Paths = { "/x", pattern } }))
        );

        Assert.StartsWith($"Shadows:shadow:Rules:0:Paths:1: '{pattern}': ", fault, StringComparison.Ordinal);
        Assert.Contains("; write ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_WithManyFaults_AreAllListed()
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow(
                """
                "Rules": [
                  { "Methods": ["GTE"], "Paths": ["/{"], "Percent": 200, "Hosts": ["*"] },
                  { "ResponseStatus": ["ok"], "Metods": [] }
                ]
                """
            )
        );

        Assert.Equal(
            ["0:Hosts:0", "0:Methods:0", "0:Paths:0", "0:Percent", "1:Metods", "1:ResponseStatus:0"],
            faults.Select(fault => fault[(Path.Length + 1)..].Split(": ")[0]).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("Rules", "\"GET\"", ": a list is meant here, and the value 'GET' was found; write [{ ")]
    [InlineData("Rules", "{ \"Percent\": 0 }", ": a list is meant here, and an object was found; write [{ ")]
    public void Rules_ThatAreNoList_AreAFault(string key, string json, string expected) =>
        Assert.StartsWith(
            Path + expected,
            Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"{key}\": {json}"))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Key_OfARuleAtTheShadow_IsLedHome() =>
        Assert.Equal(
            "TrafficMirroring:Shadows:v2:Paths: there is no such key; it belongs to one of a shadow's Rules.",
            Assert.Single(Sources.FaultsOf(Sources.WithShadow("\"Paths\": [\"/x\"]")))
        );

    [Fact]
    public void Names_ThatDifferInCaseOnly_AreAFault()
    {
        var rule = new MirroringRule
        {
            Headers = { ["X-A"] = "1", ["x-a"] = "2" },
            Query = { ["a"] = "1", ["A"] = "2" },
        };

        var faults = Sources.FaultsOfShadow(shadow => shadow.Rules.Add(rule));

        Assert.Equal(2, faults.Length);
        Assert.All(faults, fault => Assert.Contains("differ only in case", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_ThatIsNull_IsAFault() =>
        Assert.Equal(
            "Shadows:shadow:Rules:0: it is null; give it a condition or a percent, or remove it.",
            Assert.Single(Sources.FaultsOfShadow(shadow => shadow.Rules.Add(null!)))
        );

    [Theory]
    [InlineData(100, "", false)]
    [InlineData(0, "", false)]
    [InlineData(0, "h", true)]
    [InlineData(100, "h", false)]
    [InlineData(100, "h,0", true)]
    [InlineData(100, "h,p0,0", true)]
    [InlineData(100, "h,p,0", false)]
    [InlineData(0, "p", true)]
    [InlineData(0, "p5,h", false)]
    [InlineData(0, "h,5", false)]
    public void HasHostRule_IsThereWhereNothingElseGetsThrough(double percent, string rules, bool expected)
    {
        // h: for a host; p: for a path; a number: its percent.
        var shadow = Assert.Single(
            Sources
                .Load(options =>
                {
                    var mirrored = options.MirrorTo("http://shadow", percent);
                    foreach (var text in rules.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    {
                        var rule = new MirroringRule();
                        var number = text.TrimStart('h', 'p');
                        rule.Percent = number.Length > 0 ? double.Parse(number, null) : null;
                        (
                            text[0] == 'h' ? rule.Hosts
                            : text[0] == 'p' ? rule.Paths
                            : []
                        ).Add("a");
                        mirrored.Rules.Add(rule);
                    }
                })
                .Shadows
        );

        Assert.Equal(expected, shadow.HasHostRule);
    }

    [Fact]
    public void Predicates_AreKeptInTheirOrder()
    {
        var shadow = Assert.Single(
            Sources
                .Load(options =>
                    options.MirrorTo("http://shadow").When(_ => true).When(_ => false).WhenResponse(_ => true)
                )
                .Shadows
        );

        Assert.Equal([true, false], shadow.Choice!.When.Select(predicate => predicate(null!)));
        Assert.Single(shadow.Choice.WhenResponse);
        Assert.Throws<ArgumentNullException>(() => new ShadowOptions().When(null!));
        Assert.Throws<ArgumentNullException>(() => new ShadowOptions().WhenResponse(null!));
    }
}
