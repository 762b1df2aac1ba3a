using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

/// <summary>Who decides on the share of a request, in all combinations of those who may.</summary>
public sealed class PrecedenceTests
{
    private static readonly string[] _endpoints =
    [
        "",
        "0",
        "30",
        "v2=0",
        "v2=40",
        "v3=40",
        "30 v2=40",
        "v2=40 0",
        "off",
        "off v2=40",
    ];
    private static readonly double?[] _rules = [null, 0, 50];
    private static readonly double[] _percents = [0, 20];
    private static readonly double[] _ceilings = [100, 10, 0];

    private static readonly bool[] _both = [false, true];

    public static TheoryData<string> Endpoints => [.. _endpoints];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Select_InEveryCombination_FollowsTheOrderOfTheContract(string endpoint)
    {
        var cases =
            from rule in _rules
            from percent in _percents
            from ceiling in _ceilings
            from isWrite in _both
            from isPaused in _both
            from holds in _both
            select (rule, percent, ceiling, isWrite, isPaused, holds);

        Assert.All(
            cases,
            one =>
            {
                var (rule, percent, ceiling, isWrite, isPaused, holds) = one;
                var sampler = new RecordedDraws();
                using var routes = new TestRoutes(
                    TestShadow.Named() with
                    {
                        Percent = percent,
                        Writes = WritePolicy.Skip,
                        Choice = new ChoiceConfiguration
                        {
                            Rules = rule is null ? [] : [new RuleConfiguration { Percent = rule }],
                            When = [_ => holds],
                        },
                    }
                );
                var control = routes.Value.All[0].Dispatcher.Control;
                control.Ceiling = ceiling;
                control.IsPaused = isPaused;
                var context = new FakeServer { Method = isWrite ? "POST" : "GET" }.CreateContext();
                context.SetEndpoint(Endpoint(endpoint));

                var plan = Selector(sampler).Select(context, routes.Value);

                var own = PercentOf(endpoint);
                var expected =
                    own == 0 ? "endpoint"
                    : isWrite ? "writes"
                    : isPaused ? "paused"
                    : (own is null && rule == 0) || !holds ? "rule"
                    : Math.Min(own ?? rule ?? percent, ceiling) == 0 ? "not_sampled"
                    : null;
                Assert.Equal(expected is null ? [] : [expected], routes.Ledger().Skipped.Keys);
                Assert.Equal(expected is not null, plan.IsEmpty);
                Assert.Equal(expected is null ? [Math.Min(own ?? rule ?? percent, ceiling)] : [], sampler.Percents);
            }
        );
    }

    [Fact]
    public void Select_ByAnEndpoint_LeavesOutWhatTheRuleAsksOfTheResponse()
    {
        using var routes = new TestRoutes(
            TestShadow.Named() with
            {
                Choice = new ChoiceConfiguration
                {
                    Rules = [new RuleConfiguration { ResponseStatus = new StatusSet(["2xx"]) }],
                },
            }
        );
        var selector = Selector(new RecordedDraws());
        var context = new FakeServer().CreateContext();

        var byRule = selector.Select(context, routes.Value).Routes[0];
        context.SetEndpoint(Endpoint("100"));
        var byEndpoint = selector.Select(context, routes.Value).Routes[0];

        Assert.NotNull(byRule.ResponseStatus);
        Assert.Null(byEndpoint.ResponseStatus);
        Assert.Same(byEndpoint.Dispatcher, byRule.Dispatcher);
    }

    [Theory]
    [InlineData("30 20", 20)]
    [InlineData("v2=30 v2=20", 20)]
    [InlineData("v2=30 20", 30)]
    public void Select_ByMetadataOfGroupAndEndpoint_TakesTheLastOfThoseThatSayTheSame(string metadata, double expected)
    {
        var sampler = new RecordedDraws();
        using var routes = new TestRoutes(TestShadow.Named());
        var context = new FakeServer().CreateContext();
        context.SetEndpoint(Endpoint(metadata));

        Selector(sampler).Select(context, routes.Value);

        Assert.Equal([expected], sampler.Percents);
    }

    [Fact]
    public void Select_WithoutARuleThatMatches_AllocatesNothing()
    {
        using var routes = new TestRoutes(
            TestShadow.Named() with
            {
                Percent = 0,
                Choice = new ChoiceConfiguration
                {
                    Rules = [new RuleConfiguration { Methods = ["PUT"], ResponseStatus = new StatusSet(["2xx"]) }],
                    When = [_ => true],
                },
            }
        );
        var selector = Selector(new RecordedDraws());
        var context = new FakeServer { Method = "GET" }.CreateContext();
        context.SetEndpoint(Endpoint("v3=5"));
        var areEmpty = true;

        Assert.Equal(0, Allocations.Of(() => areEmpty &= selector.Select(context, routes.Value).IsEmpty));
        Assert.True(areEmpty);
    }

    private static MirrorSelector Selector(ISampler sampler) =>
        new(
            sampler,
            new TestProtection(),
            new SelectionFaults(NullLogger<SelectionFaults>.Instance),
            new TestTimeProvider()
        );

    private static Endpoint? Endpoint(string text) =>
        text.Length == 0
            ? null
            : new Endpoint(requestDelegate: null, new EndpointMetadataCollection(text.Split(' ').Select(Metadata)), "");

    private static object Metadata(string text) =>
        text.Split('=') switch
        {
            ["off"] => new DisableTrafficMirroringAttribute(),
            [var shadow, var percent] => new TrafficMirroringAttribute(shadow, double.Parse(percent, null)),
            _ => new TrafficMirroringAttribute(double.Parse(text, null)),
        };

    private static double? PercentOf(string endpoint) =>
        endpoint switch
        {
            "" or "v3=40" => null,
            "0" or "v2=0" or "off" or "off v2=40" => 0,
            "30" => 30,
            _ => 40,
        };

    /// <summary>Draws in favour of whatever has a share, and remembers which.</summary>
    private sealed class RecordedDraws : ISampler
    {
        public List<double> Percents { get; } = [];

        public bool Draw(double percent)
        {
            Percents.Add(percent);
            return true;
        }
    }
}
