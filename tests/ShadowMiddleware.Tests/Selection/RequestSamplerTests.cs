using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using NSubstitute;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

public sealed class RequestSamplerTests
{
    private const int Requests = 40_000;

    // Of a binomial distribution, so wide that a seed in a billion falls outside.
    private const double Sigmas = 6;

    public static TheoryData<string> Keys => ["Header:X-Tenant", "Cookie:tenant", "Claim:tenant"];

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(20)]
    [InlineData(35)]
    [InlineData(50)]
    [InlineData(99.9)]
    public void Draw_AtRandom_HitsTheShare(double percent)
    {
        var sampler = new RequestSampler(new RandomSampler(new Random(20_310_506)));
        var shadow = TestShadow.Named();
        var context = new DefaultHttpContext();

        AssertShare(percent, _ => sampler.Draw(context, shadow, percent));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(20)]
    [InlineData(35)]
    [InlineData(50)]
    [InlineData(99.9)]
    public void Draw_ByKey_HitsTheShare(double percent)
    {
        var sampler = new RequestSampler(Never());
        var shadow = Shadow("Header:X-Tenant");

        AssertShare(percent, i => sampler.Draw(With("Header:X-Tenant", $"tenant {i}"), shadow, percent));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(20)]
    [InlineData(35)]
    [InlineData(50)]
    [InlineData(99.9)]
    public void Draw_ByTrace_HitsTheShare(double percent)
    {
        var sampler = new RequestSampler(Never());
        var shadow = Shadow("TraceId");
        var random = new Random(20_310_506);
        var id = new byte[16];

        AssertShare(
            percent,
            _ =>
            {
                random.NextBytes(id);
                var context = new DefaultHttpContext();
                context.Request.Headers.TraceParent = $"00-{Convert.ToHexStringLower(id)}-b7ad6b7169203331-00";
                return sampler.Draw(context, shadow, percent);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Draw_ByKey_IsTheSameOnEveryInstance(string sampleBy)
    {
        var shadow = Shadow(sampleBy);
        for (var i = 0; i < 200; i++)
        {
            var value = i.ToString(CultureInfo.InvariantCulture);
            var one = new RequestSampler(Never()).Draw(With(sampleBy, value), shadow, 40);
            var other = new RequestSampler(Never()).Draw(With(sampleBy, value), shadow, 40);
            Assert.Equal(one, other);
        }
    }

    // A change of these would move everybody's users from one side to the other.
    [Theory]
    [InlineData("user-1", "v2", 0.023771490212116664)]
    [InlineData("user-1", "v3", 0.6664964238920907)]
    [InlineData("", "v2", 0.6922142421930547)]
    [InlineData("Zoë", "v2", 0.6426540540098994)]
    public void Fraction_NeverChanges(string key, string salt, double expected) =>
        Assert.Equal(expected, StickyDraw.Fraction(key, salt));

    [Fact]
    public void Fraction_TellsSaltAndKeyApart() =>
        Assert.NotEqual(StickyDraw.Fraction("bc", "a"), StickyDraw.Fraction("c", "ab"));

    [Fact]
    public void Fraction_OfALongKey_IsRead()
    {
        var key = new string('k', 10_000);

        Assert.Equal(StickyDraw.Fraction(key, "v2"), StickyDraw.Fraction(key, "v2"));
        Assert.NotEqual(StickyDraw.Fraction(key, "v2"), StickyDraw.Fraction(key + "l", "v2"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Draw_ByKey_OnlyAddsWhenTheShareGrows(string sampleBy)
    {
        var sampler = new RequestSampler(Never());
        var shadow = Shadow(sampleBy);
        for (var i = 0; i < 500; i++)
        {
            var context = With(sampleBy, $"value {i}");
            var was = false;
            foreach (var percent in new[] { 0.01, 0.5, 5, 20, 35, 50, 80, 99.9, 100 })
            {
                var isIn = sampler.Draw(context, shadow, percent);
                Assert.True(isIn || !was, $"{i} left the share at {percent} %.");
                was = isIn;
            }
        }
    }

    [Fact]
    public void Draw_ForTwoShadows_IsIndependentUnlessTheyShareASalt()
    {
        var sampler = new RequestSampler(Never());
        var one = Shadow("Header:X-Tenant") with { Salt = "one" };
        var other = Shadow("Header:X-Tenant") with { Salt = "other" };
        var alike = Shadow("Header:X-Tenant") with { Salt = "one" };
        var both = 0;
        for (var i = 0; i < Requests; i++)
        {
            var context = With("Header:X-Tenant", $"tenant {i}");
            var isIn = sampler.Draw(context, one, 50);
            Assert.Equal(isIn, sampler.Draw(context, alike, 50));
            both += isIn && sampler.Draw(context, other, 50) ? 1 : 0;
        }

        Assert.InRange(both, Requests * 0.24, Requests * 0.26);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    [InlineData("TraceId")]
    public void Draw_WithoutTheKey_IsLeftToChance(string sampleBy)
    {
        var random = Substitute.For<ISampler>();
        random.Draw(30).Returns(true, false);
        var sampler = new RequestSampler(random);

        Assert.True(sampler.Draw(new DefaultHttpContext(), Shadow(sampleBy), 30));
        Assert.False(sampler.Draw(With(sampleBy, ""), Shadow(sampleBy), 30));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Draw_AtTheEnds_ReadsNoKey(string sampleBy)
    {
        var sampler = new RequestSampler(Never());
        var context = new DefaultHttpContext { User = new ThrowingPrincipal() };

        Assert.False(sampler.Draw(context, Shadow(sampleBy), 0));
        Assert.True(sampler.Draw(context, Shadow(sampleBy), 100));
    }

    [Fact]
    public void Draw_ByAClaimThatCannotBeRead_IsLeftToChance()
    {
        var random = Substitute.For<ISampler>();
        random.Draw(30).Returns(true);

        var isIn = new RequestSampler(random).Draw(
            new DefaultHttpContext { User = new ThrowingPrincipal() },
            Shadow("Claim:tenant"),
            30
        );

        Assert.True(isIn);
    }

    [Theory]
    [InlineData("00000000000000000000000000000000ffffffffffffffff", 50, true)]
    [InlineData("0af7651916cd43ddff80000000000000", 50, true)]
    [InlineData("0af7651916cd43ddff7fffffffffffff", 50, false)]
    [InlineData("0af7651916cd43dd00cd000000000000", 20, true)]
    [InlineData("0af7651916cd43dd00cc000000000000", 20, false)]
    public void Falls_ByTheLowBitsOfTheTrace(string id, double percent, bool expected) =>
        Assert.Equal(expected, TraceDraw.Falls(ActivityTraceId.CreateFromString(id.AsSpan()[^32..]), percent));

    [Fact]
    public void Draw_ByTrace_PrefersThePlatformsOwn()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        var context = new DefaultHttpContext();
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd0000000000000000-b7ad6b7169203331-00";
        var sampler = new RequestSampler(Never());

        for (var percent = 1; percent < 100; percent++)
        {
            Assert.Equal(TraceDraw.Falls(activity.TraceId, percent), sampler.Draw(context, Shadow("TraceId"), percent));
        }
    }

    // Several lines of a field are one value to whoever combines them on the way (RFC 9110 section 5.3), and one string to the platform.
    [Theory]
    [InlineData("acme,bolt", "acme", "bolt")]
    [InlineData("acme,bolt", "", "acme", null, "bolt", "")]
    [InlineData("acme", "acme", "")]
    public void Fraction_OfSeveralValues_IsThatOfThemJoined(string joined, params string?[] values)
    {
        Assert.Equal(joined, new StringValues(values).ToString());
        Assert.Equal(StickyDraw.Fraction(joined, "v2"), StickyDraw.Fraction(values, "v2"));
    }

    [Fact]
    public void Fraction_OfManyValues_IsRead()
    {
        var values = Enumerable.Repeat("value", 1_000).ToArray();

        Assert.Equal(StickyDraw.Fraction(string.Join(',', values), "v2"), StickyDraw.Fraction(values, "v2"));
    }

    [Theory]
    [InlineData("Random")]
    [InlineData("Header:X-Tenant")]
    [InlineData("Header:X-Repeated")]
    [InlineData("Header:X-Absent")]
    [InlineData("TraceId")]
    [InlineData("TraceId", true)]
    public void Draw_ByWhatever_AllocatesNothing(string sampleBy, bool hasActivity = false)
    {
        const int draws = 1_000;
        var shadow = Shadow(sampleBy);
        var sampler = new RequestSampler(new RandomSampler(new Random(20_310_506)));
        var context = With("Header:X-Tenant", "acme");
        context.Request.Headers["X-Repeated"] = new[] { "acme", "bolt" };
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var activity = hasActivity ? new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start() : null;

        Assert.Equal(0, Allocations.Of(Draw));

        void Draw()
        {
            for (var i = 0; i < draws; i++)
            {
                _ = sampler.Draw(context, shadow, 50);
            }
        }
    }

    // What the documentation of SampleBy says of the other two.
    [Theory]
    [InlineData("Cookie:tenant", 0)]
    [InlineData("Claim:tenant", 40)]
    public void Draw_ByWhatThePlatformParses_AllocatesNoMoreThanIsSaid(string sampleBy, int perDraw)
    {
        const int draws = 1_000;
        var shadow = Shadow(sampleBy);
        var sampler = new RequestSampler(new RandomSampler(new Random(20_310_506)));
        var context = With(sampleBy, "acme");

        Assert.InRange(Allocations.Of(Draw), 0, perDraw * draws);

        void Draw()
        {
            for (var i = 0; i < draws; i++)
            {
                _ = sampler.Draw(context, shadow, 50);
            }
        }
    }

    [Fact]
    public void Draw_ByTheFieldOfATrace_IsThatOfTheTrace()
    {
        var sampler = new RequestSampler(Never());
        var context = new DefaultHttpContext();
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Assert.True(ActivityContext.TryParse(context.Request.Headers.TraceParent, traceState: null, out var parent));

        for (var percent = 1; percent < 100; percent++)
        {
            Assert.Equal(TraceDraw.Falls(parent.TraceId, percent), sampler.Draw(context, Shadow("TraceId"), percent));
        }
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData(
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd0000000000000000-b7ad6b7169203331-01"
    )]
    [InlineData]
    public void Draw_WithoutATrace_IsLeftToChance(params string[] fields)
    {
        var random = Substitute.For<ISampler>();
        random.Draw(30).Returns(true);
        var context = new DefaultHttpContext();
        context.Request.Headers.TraceParent = fields;

        Assert.True(new RequestSampler(random).Draw(context, Shadow("TraceId"), 30));
        random.Received(1).Draw(30);
    }

    private static void AssertShare(double percent, Func<int, bool> draw)
    {
        var hits = Enumerable.Range(0, Requests).Count(draw);
        var share = percent / 100;
        var spread = Sigmas * Math.Sqrt(Requests * share * (1 - share));
        Assert.InRange(hits, (Requests * share) - spread, (Requests * share) + spread);
    }

    private static ISampler Never()
    {
        var random = Substitute.For<ISampler>();
        random.Draw(default).ReturnsForAnyArgs(_ => throw new InvalidOperationException("There is a key."));
        return random;
    }

    private static ShadowConfiguration Shadow(string sampleBy)
    {
        Assert.True(SampleKey.TryParse(sampleBy, out var key, out _));
        return TestShadow.Named() with { SampleBy = key, Salt = "v2" };
    }

    private static DefaultHttpContext With(string sampleBy, string value)
    {
        var context = new DefaultHttpContext();
        switch (sampleBy.Split(':'))
        {
            case ["Header", var name]:
                context.Request.Headers[name] = value;
                break;
            case ["Cookie", var name]:
                context.Request.Headers.Cookie = $"a=b; {name}={Uri.EscapeDataString(value)}";
                break;
            case ["Claim", var type]:
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(type, value)], "test"));
                break;
        }

        return context;
    }

    private sealed class ThrowingPrincipal : ClaimsPrincipal
    {
        public override Claim? FindFirst(string type) =>
            throw new InvalidOperationException("a principal of the app's");
    }
}
