using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

public sealed class RuleMatcherTests
{
    [Theory]
    [InlineData("GET", true)]
    [InlineData("PUT", true)]
    [InlineData("HEAD", false)]
    [InlineData("get", false)]
    public void Methods_AreExact(string method, bool matches) =>
        AssertMatches(matches, new() { Methods = { "GET", "PUT" } }, Request(method: method));

    [Theory]
    [InlineData("shop.example.com", "shop.example.com", true)]
    [InlineData("shop.example.com", "SHOP.Example.com:8080", true)]
    [InlineData("shop.example.com", "shop.example.com.", false)]
    [InlineData("shop.example.com", "a.shop.example.com", false)]
    [InlineData("*.example.com", "shop.example.com", true)]
    [InlineData("*.example.com", "a.b.Example.COM:443", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "badexample.com", false)]
    [InlineData("bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("*.bücher.example", "www.xn--bcher-kva.example", true)]
    [InlineData("127.0.0.1", "127.0.0.1:5000", true)]
    [InlineData("[::1]", "[::1]", true)]
    [InlineData("[::1]", "[::1]:5000", true)]
    [InlineData("[0:0:0:0:0:0:0:1]", "[::1]", true)]
    [InlineData("shop.example.com", "", false)]
    [InlineData("shop.example.com", ":", false)]
    [InlineData("shop.example.com", "]:[", false)]
    public void Hosts_IgnoreCaseAndPort(string pattern, string host, bool matches) =>
        AssertMatches(matches, new() { Hosts = { "other.test", pattern } }, Request(host: host));

    [Theory]
    [InlineData("1", true)]
    [InlineData("0|1", true)]
    [InlineData("0", false)]
    [InlineData("1, 2", false)]
    [InlineData("", false)]
    public void Headers_TakeAnyLineAsAWhole(string lines, bool matches)
    {
        var context = Request();
        context.Request.Headers["x-beta"] = lines.Split('|');

        AssertMatches(matches, new() { Headers = { ["X-Beta"] = "1" } }, context);
    }

    [Fact]
    public void Headers_CompareValuesLetterByLetter()
    {
        var context = Request();
        context.Request.Headers["X-Beta"] = "yes";

        AssertMatches(false, new() { Headers = { ["X-Beta"] = "Yes" } }, context);
        AssertMatches(false, new() { Headers = { ["X-Absent"] = "" } }, context);
    }

    [Theory]
    [InlineData("?preview=true", true)]
    [InlineData("?a=b&PREVIEW=true", true)]
    [InlineData("?preview=false&preview=true", true)]
    [InlineData("?%70review=%74rue", true)]
    [InlineData("?preview=True", false)]
    [InlineData("?preview=", false)]
    [InlineData("?x=preview=true", false)]
    [InlineData("?preview=%", false)]
    [InlineData("", false)]
    public void Query_TakesAnyDecodedValue(string query, bool matches) =>
        AssertMatches(matches, new() { Query = { ["preview"] = "true" } }, Request(query: query));

    [Theory]
    [InlineData("?a%20b=c+%E2%82%ac")]
    [InlineData("?A+B=c%20€")]
    [InlineData("?a+b=%63%20%e2%82%ac")]
    [InlineData("?a+b=c+%E2%82%AC%", false)]
    [InlineData("?a+b=c+%E2%82", false)]
    [InlineData("?a%2Bb=c+%E2%82%AC", false)]
    [InlineData("?a+b=C+%E2%82%AC", false)]
    public void Query_IsComparedAsThePlatformDecodesIt(string query, bool matches = true)
    {
        var context = Request(query: query);

        Assert.Equal(matches, context.Request.Query["a b"] == "c €");
        AssertMatches(matches, new() { Query = { ["a b"] = "c €" } }, context);
    }

    [Fact]
    public void Query_OfManyEscapes_IsComparedAsThePlatformDecodesIt()
    {
        var value = new string('€', 500);
        var rule = new MirroringRule { Query = { ["a"] = value } };

        AssertMatches(true, rule, Request(query: $"?a={Uri.EscapeDataString(value)}"));
        AssertMatches(false, rule, Request(query: $"?a={Uri.EscapeDataString(value)}%20"));
        AssertMatches(false, rule, Request(query: $"?a={Uri.EscapeDataString(value[1..])}"));
    }

    [Theory]
    [InlineData("?flag")]
    [InlineData("?flag=")]
    public void Query_WithoutAValue_IsAnEmptyOne(string query) =>
        AssertMatches(true, new() { Query = { ["flag"] = "" } }, Request(query: query));

    [Theory]
    [InlineData("/orders/5", true)]
    [InlineData("/ORDERS/5/", true)]
    [InlineData("/orders", false)]
    [InlineData("/catalog", true)]
    [InlineData("/catalog/a/b", true)]
    [InlineData("/health", false)]
    public void Paths_TakeAnyPattern(string path, bool matches) =>
        AssertMatches(matches, new() { Paths = { "/orders/{id}", "/catalog/{**rest}" } }, Request(path: path));

    [Fact]
    public void Paths_AreThoseBehindThePathBase()
    {
        var context = Request(path: "/orders/5");
        context.Request.PathBase = "/shop";

        AssertMatches(true, new() { Paths = { "/orders/{id}" } }, context);
        AssertMatches(false, new() { Paths = { "/shop/orders/{id}" } }, context);
    }

    [Fact]
    public void Conditions_MustAllHold()
    {
        var rule = new MirroringRule
        {
            Methods = { "GET" },
            Hosts = { "a.test" },
            Paths = { "/x" },
            Headers = { ["X-A"] = "1" },
            Query = { ["b"] = "2" },
        };

        for (var broken = -1; broken < 5; broken++)
        {
            var context = Request(
                broken == 0 ? "PUT" : "GET",
                broken == 1 ? "/y" : "/x",
                broken == 2 ? "b.test" : "a.test",
                broken == 3 ? "?b=3" : "?b=2"
            );
            context.Request.Headers["X-A"] = broken == 4 ? "2" : "1";
            AssertMatches(broken < 0, rule, context);
        }
    }

    [Fact]
    public void Find_AmongAHundredRules_TakesTheFirst()
    {
        const int count = 100;
        var rules = new List<MirroringRule>();
        for (var i = 0; i < count; i++)
        {
            rules.Add(new MirroringRule { Paths = { $"/p{i.ToString(CultureInfo.InvariantCulture)}/{{id:int}}" } });
        }

        rules.Add(new MirroringRule { Paths = { "/p7/{id}" } });
        var compiled = Compile([.. rules]);

        for (var i = 0; i < count; i++)
        {
            Assert.Equal(i, RuleMatcher.Find(Request(path: $"/p{i}/5"), compiled));
        }

        Assert.Equal(count, RuleMatcher.Find(Request(path: "/p7/x"), compiled));
        Assert.Equal(-1, RuleMatcher.Find(Request(path: "/q/5"), compiled));
    }

    public static TheoryData<string> Conditions => ["methods", "paths", "hosts", "headers", "query", "encoded"];

    [Fact]
    public void TryFind_OfARequestThatCannotBeLookedAt_FindsNone()
    {
        var context = new DefaultHttpContext(new FeatureCollection());

        Assert.Null(RuleMatcher.TryFind(context, [new RuleConfiguration { Methods = ["GET"] }]));
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Find_OfWhateverComes_AllocatesNothing(string condition)
    {
        const int calls = 100;
        var rules = Compile(
            condition switch
            {
                "methods" => new() { Methods = { "PUT" } },
                "paths" => new() { Paths = { "/orders/{id:int}/{part:guid}", "/{a}/{b?}" } },
                "hosts" => new() { Hosts = { "*.a.test", "b.test" } },
                "headers" => new() { Headers = { ["X-Beta"] = "1" } },
                "encoded" => new() { Query = { ["a name"] = "a value" } },
                _ => new MirroringRule { Query = { ["preview"] = "true" } },
            }
        );
        var context = Request("GET", "/orders/5/x/y", "c.test:80", "?preview=no&other=1&a+name=another%20%76");
        context.Request.Headers["X-Beta"] = "0";
        var found = 0;

        Assert.Equal(0, Allocations.Of(() => found = FindOften()));
        Assert.Equal(-calls, found);

        int FindOften()
        {
            var sum = 0;
            for (var i = 0; i < calls; i++)
            {
                sum += RuleMatcher.Find(context, rules);
            }

            return sum;
        }
    }

    private static void AssertMatches(bool expected, MirroringRule rule, HttpContext context) =>
        Assert.Equal(expected ? 0 : -1, RuleMatcher.Find(context, Compile(rule)));

    private static System.Collections.Immutable.ImmutableArray<RuleConfiguration> Compile(
        params MirroringRule[] rules
    ) =>
        Configuration
            .Sources.Load(options =>
            {
                var shadow = options.MirrorTo("http://shadow.test");
                foreach (var rule in rules)
                {
                    shadow.Rules.Add(rule);
                }
            })
            .Shadows[0]
            .Choice!.Rules;

    private static DefaultHttpContext Request(
        string method = "GET",
        string path = "/",
        string host = "",
        string query = ""
    )
    {
        var context = new FakeServer
        {
            Method = method,
            Path = path,
            QueryString = query,
        }.CreateContext();
        context.Request.Headers.Host = host;
        return context;
    }
}
