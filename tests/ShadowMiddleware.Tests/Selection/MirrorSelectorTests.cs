using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

public sealed class MirrorSelectorTests
{
    private readonly TestProtection _protection = new();

    private readonly TestTimeProvider _time = new();

    private readonly SelectionFaults _faults = new(NullLogger<SelectionFaults>.Instance);

    private MirrorSelector Always => new(new RandomSampler(new Random(1)), _protection, _faults, _time);

    [Fact]
    public void Select_OfEveryGuardAtOnce_SkipsInTheContractsOrder()
    {
        var server = new FakeServer
        {
            Method = "OPTIONS",
            RawTarget = "*",
            IsUpgradableRequest = true,
        };
        var context = server.CreateContext();
        context.Request.Headers.Connection = "Upgrade";
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers["X-Shadow-Request"] = "v2";
        context.SetEndpoint(
            new Endpoint(
                requestDelegate: null,
                new EndpointMetadataCollection(new TrafficMirroringAttribute(0), new NegotiateMetadata()),
                ""
            )
        );
        var leftOut = new RuleConfiguration { Percent = 0, Methods = ["GET"] };
        var shadow = TestShadow.Named() with
        {
            Writes = WritePolicy.Skip,
            Percent = 0,
            Choice = new ChoiceConfiguration { Rules = [leftOut] },
        };

        AssertSkipped("disabled", TestShadow.Mirroring(shadow) with { Enabled = false });
        AssertSkipped("loop");
        context.Request.Headers.Remove("X-Shadow-Request");
        AssertSkipped("upgrade");
        context.Request.Headers.Connection = default;
        AssertSkipped("hub");
        context.SetEndpoint(
            new Endpoint(requestDelegate: null, new EndpointMetadataCollection(new TrafficMirroringAttribute(0)), "")
        );
        AssertSkipped("target");
        server.Method = "POST";
        server.RawTarget = "/..;/x";
        AssertSkipped("target", TestShadow.Mirroring(shadow with { Address = "http://shadow.test/base" }));
        AssertSkipped("endpoint");
        context.SetEndpoint(null);
        AssertSkipped("writes");
        server.Method = "GET";
        AssertSkipped("paused", paused: true);
        AssertSkipped("rule");
        server.Method = "HEAD";
        AssertSkipped("not_sampled");

        void AssertSkipped(string reason, MirroringConfiguration? configuration = null, bool paused = false)
        {
            using var routes = new TestRoutes(configuration ?? TestShadow.Mirroring(shadow));
            routes.Value.All[0].Dispatcher.Control.IsPaused = paused;
            Assert.True(Always.Select(context, routes.Value).IsEmpty);
            LedgerAssert.Only(routes.Ledger().Skipped, reason, 1);
            Assert.Equal(1, routes.Ledger().Seen);
        }
    }

    [Theory]
    [InlineData("/../admin", "target")]
    [InlineData("/%2e%2e/admin", "target")]
    [InlineData("http://primary.test/../admin", "target")]
    [InlineData("http://primary.test/a/../b", null)]
    [InlineData("/a/../b", null)]
    public void Select_OfATargetThatClimbs_SkipsItWhereTheAddressHasAPath(string target, string? reason)
    {
        var context = new FakeServer { RawTarget = target }.CreateContext();
        using var routes = new TestRoutes(
            TestShadow.Named("below") with
            {
                Address = "http://shadow.test/base",
            },
            TestShadow.Named("root")
        );

        var plan = Always.Select(context, routes.Value);

        Assert.Equal(reason is null ? ["below", "root"] : ["root"], Names(plan));
        Assert.Equal(reason is null ? 0 : 1, routes.Ledger(0).Skipped.GetValueOrDefault("target"));
    }

    public static TheoryData<object> OfHubs { get; } =
    [new NegotiateMetadata(), new HubMetadata(typeof(MirrorSelectorTests))];

    [Theory]
    [MemberData(nameof(OfHubs))]
    public void Select_OfAnEndpointOfAHub_IsSkippedForAll(object metadata)
    {
        EndpointMetadataUse.Note();
        var context = new FakeServer().CreateContext();
        context.SetEndpoint(new Endpoint(requestDelegate: null, new EndpointMetadataCollection(metadata), ""));
        using var routes = new TestRoutes(TestShadow.Named("a"), TestShadow.Named("b"));

        Assert.True(Always.Select(context, routes.Value).IsEmpty);

        LedgerAssert.Only(routes.Ledger(0).Skipped, "hub", 1);
        LedgerAssert.Only(routes.Ledger(1).Skipped, "hub", 1);
    }

    [Theory]
    [InlineData(WritePolicy.Skip)]
    [InlineData(WritePolicy.Mirror)]
    public void Select_OfAPostThatReads_IsARead(WritePolicy writes)
    {
        var context = new FakeServer { Method = "POST" }.CreateContext();
        context.SetEndpoint(
            new Endpoint(requestDelegate: null, new EndpointMetadataCollection(new MirrorAsReadAttribute()), "")
        );
        using var routes = new TestRoutes(TestShadow.Named() with { Writes = writes });

        Assert.Equal(["v2"], Names(Always.Select(context, routes.Value)));
    }

    [Theory]
    [InlineData("POST", "/search", null, true)]
    [InlineData("POST", "/orders", null, false)]
    [InlineData("PUT", "/search", null, false)]
    [InlineData("POST", "/search/first", null, false)]
    [InlineData("GET", "/orders", null, true)]
    [InlineData("POST", "/search", 50.0, false)]
    public void Select_OfAPostThatTheDecidingRuleTreatsAsRead_IsARead(
        string method,
        string path,
        double? endpointPercent,
        bool isCopied
    )
    {
        var context = new FakeServer { Method = method }.CreateContext();
        context.Request.Path = path;
        if (endpointPercent is { } percent)
        {
            // It replaces the rules altogether, with what they say of reads.
            context.SetEndpoint(
                new Endpoint(
                    requestDelegate: null,
                    new EndpointMetadataCollection(new TrafficMirroringAttribute(percent)),
                    ""
                )
            );
        }

        var options = new TrafficMirroringOptions();
        var shadow = options.MirrorTo("http://shadow");
        shadow.Writes = WritePolicy.Skip;
        shadow.Rules.Add(new MirroringRule { Paths = { "/search/first" } });
        shadow.Rules.Add(
            new MirroringRule
            {
                Methods = { "POST" },
                Paths = { "/search/{**rest}" },
                TreatAsRead = true,
            }
        );
        using var routes = new TestRoutes(Assert.Single(ConfigurationCompiler.Compile(options).Shadows));

        Assert.Equal(isCopied ? ["shadow"] : [], Names(Always.Select(context, routes.Value)));
        if (!isCopied)
        {
            LedgerAssert.Only(routes.Ledger(0).Skipped, "writes", 1);
        }
    }

    [Fact]
    public void Select_FromTheMomentOfUntilOn_SkipsAsDisabled()
    {
        var context = new FakeServer().CreateContext();
        context.Request.Headers["X-Shadow-Request"] = "v2";
        using var routes = new TestRoutes(
            TestShadow.Named("ends") with
            {
                Until = _time.GetUtcNow() + TimeSpan.FromSeconds(1),
            },
            TestShadow.Named("stays")
        );

        Always.Select(context, routes.Value);
        LedgerAssert.Only(routes.Ledger(0).Skipped, "loop", 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Always.Select(context, routes.Value);

        Assert.Equal((1, 1), (routes.Ledger(0).Skipped["loop"], routes.Ledger(0).Skipped["disabled"]));
        LedgerAssert.Only(routes.Ledger(1).Skipped, "loop", 2);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", true)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    [InlineData("PROPFIND", true)]
    [InlineData("QUERY", true)]
    [InlineData("MKCOL", false)]
    public void Select_WithWritesSkipped_TakesReadsOnly(string method, bool isRead)
    {
        var context = new FakeServer { Method = method }.CreateContext();
        using var routes = new TestRoutes(
            TestShadow.Named("reads") with
            {
                Writes = WritePolicy.Skip,
            },
            TestShadow.Named("all")
        );

        var plan = Always.Select(context, routes.Value);

        Assert.Equal(isRead ? ["reads", "all"] : ["all"], Names(plan));
        Assert.Equal(isRead ? 0 : 1, routes.Ledger(0).Skipped.GetValueOrDefault("writes"));
    }

    [Fact]
    public void Select_OfSome_HoldsExactlyThoseInOrder()
    {
        using var routes = new TestRoutes(
            TestShadow.Named("a") with
            {
                Percent = 0,
                MaxBodyBytes = 500,
            },
            TestShadow.Named("b") with
            {
                MaxBodyBytes = 10,
            },
            TestShadow.Named("c") with
            {
                MaxBodyBytes = 30,
            },
            TestShadow.Named("d") with
            {
                Percent = 0,
            }
        );

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.False(plan.IsEmpty);
        Assert.Equal([routes.Value.All[1], routes.Value.All[2]], plan.Routes.ToArray());
        Assert.Equal(30, plan.MaxBodyBytes);
        Assert.Equal([0L, 1, 1, 0], Enumerable.Range(0, 4).Select(i => routes.Ledger(i).Pending));
        LedgerAssert.Only(routes.Ledger(0).Skipped, "not_sampled", 1);
    }

    [Fact]
    public void Select_OfAllBeforeOneThatIsLeftOut_HoldsThem()
    {
        using var routes = new TestRoutes(
            TestShadow.Named("a"),
            TestShadow.Named("b") with
            {
                Percent = 0,
            },
            TestShadow.Named("c")
        );

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.Equal(["a", "c"], Names(plan));
    }

    [Fact]
    public void Select_WithAPredicateThatThrows_SkipsEachRequestAndLogsOnce()
    {
        var logger = new RecordingLogger<SelectionFaults>();
        var thrown = new InvalidOperationException("the app's");
        using var routes = new TestRoutes(
            TestShadow.Named("a") with
            {
                Choice = new ChoiceConfiguration { When = [_ => throw thrown] },
            },
            TestShadow.Named("b")
        );
        var selector = new MirrorSelector(Substitute.For<ISampler>(), _protection, new SelectionFaults(logger), _time);

        var first = selector.Select(new FakeServer().CreateContext(), routes.Value);
        var line = Assert.Single(logger.Lines);
        var second = selector.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.Equal(["b"], Names(first));
        Assert.Equal(["b"], Names(second));
        LedgerAssert.Only(routes.Ledger(0).Skipped, "rule", 2);
        Assert.Same(thrown, line.Exception);
        Assert.Equal([line], logger.Lines);
    }

    [Theory]
    [InlineData(ForwardedHeadersMode.None, false)]
    [InlineData(ForwardedHeadersMode.Append, true)]
    public void Select_ForAShadowThatIsToldOfTheConnection_SaysSo(ForwardedHeadersMode mode, bool needsPeer)
    {
        using var routes = new TestRoutes(
            TestShadow.Named("a"),
            TestShadow.Named("b") with
            {
                Shaping = new ShapingConfiguration
                {
                    HostHeader = HostHeaderMode.Original,
                    ForwardedHeaders = mode,
                    RewritePath = null,
                    Redaction = null,
                    BearerTokenProvider = null,
                },
            }
        );

        Assert.Equal(needsPeer, Always.Select(new FakeServer().CreateContext(), routes.Value).NeedsPeer);
    }

    [Fact]
    public void Select_OfNone_IsEmpty()
    {
        using var routes = new TestRoutes(TestShadow.Named() with { Percent = 0 });

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.True(plan.IsEmpty);
        Assert.True(plan.Routes.IsEmpty);
        Assert.Equal(0, plan.MaxBodyBytes);
    }

    [Fact]
    public async Task Select_ForAQueueThatIsFull_DropsBeforeTheCapture()
    {
        using var routes = new TestRoutes(
            TestShadow.Named("full") with
            {
                QueueCapacity = 1,
                MaxConcurrency = 1,
            },
            TestShadow.Named("free")
        );
        for (var i = 0; i < 2; i++)
        {
            routes.Account().Accept();
            routes.Value.All[0].Dispatcher.HandOver(TestRequest.Get());
            await Soon.Holds(() => routes.Sender().Started == 1, "the worker is at work");
        }

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.Equal(["free"], Names(plan));
        LedgerAssert.Only(routes.Ledger(0).Dropped, "queue_full", 1);
        Assert.Equal(3, routes.Ledger(0).Seen);
    }

    [Fact]
    public void Select_ForEachShadow_DrawsOnceWithItsOwnPercent()
    {
        var sampler = Substitute.For<ISampler>();
        sampler.Draw(30).Returns(true);
        using var routes = new TestRoutes(
            TestShadow.Named("a") with
            {
                Percent = 20,
            },
            TestShadow.Named("b") with
            {
                Percent = 30,
            }
        );

        var plan = new MirrorSelector(sampler, _protection, _faults, _time).Select(
            new FakeServer().CreateContext(),
            routes.Value
        );

        Assert.Equal(["b"], Names(plan));
        sampler.Received(1).Draw(20);
        sampler.Received(1).Draw(30);
    }

    [Fact]
    public void Select_OfASkippedRequest_DrawsNothing()
    {
        var sampler = Substitute.For<ISampler>();
        using var routes = new TestRoutes(TestShadow.Named() with { Writes = WritePolicy.Skip });

        new MirrorSelector(sampler, _protection, _faults, _time).Select(
            new FakeServer { Method = "POST" }.CreateContext(),
            routes.Value
        );

        sampler.DidNotReceiveWithAnyArgs().Draw(default);
    }

    [Fact]
    public void Select_ForTwoShadows_DrawsIndependently()
    {
        const int requests = 20_000;
        var selector = new MirrorSelector(new RandomSampler(new Random(20_310_506)), _protection, _faults, _time);
        using var routes = new TestRoutes(
            TestShadow.Named("a") with
            {
                Percent = 50,
            },
            TestShadow.Named("b") with
            {
                Percent = 50,
            }
        );
        var context = new FakeServer().CreateContext();
        var both = 0;
        var one = 0;

        for (var i = 0; i < requests; i++)
        {
            switch (selector.Select(context, routes.Value).Routes.Length)
            {
                case 2:
                    both++;
                    break;
                case 1:
                    one++;
                    break;
            }
        }

        // One draw for both shadows would make the first a half and the second nothing.
        Assert.InRange(both, requests * 0.23, requests * 0.27);
        Assert.InRange(one, requests * 0.48, requests * 0.52);
        Assert.Equal(requests, routes.Ledger(0).Seen);
        Assert.Equal(requests, routes.Ledger(1).Seen);
    }

    [Fact]
    public void Select_UnderPressure_DropsForEveryChosenShadowAndAsksOnce()
    {
        _protection.Admits = false;
        using var routes = new TestRoutes(
            TestShadow.Named("a"),
            TestShadow.Named("b"),
            TestShadow.Named("c") with
            {
                Percent = 0,
            }
        );

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.True(plan.IsEmpty);
        Assert.Equal(1, _protection.Asked);
        LedgerAssert.Only(routes.Ledger(0).Dropped, "pressure", 1);
        LedgerAssert.Only(routes.Ledger(1).Dropped, "pressure", 1);
        LedgerAssert.Only(routes.Ledger(2).Skipped, "not_sampled", 1);
    }

    [Fact]
    public void Select_UnderPressureWithoutProtection_Chooses()
    {
        _protection.Admits = false;
        using var routes = new TestRoutes(TestShadow.Mirroring(TestShadow.Named()) with { ProtectionEnabled = false });

        var plan = Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.False(plan.IsEmpty);
        Assert.Equal(0, _protection.Asked);
    }

    [Fact]
    public void Select_OfARequestThatIsNotCopied_DoesNotAskTheProtection()
    {
        using var routes = new TestRoutes(TestShadow.Named() with { Percent = 0 });

        Always.Select(new FakeServer().CreateContext(), routes.Value);

        Assert.Equal(0, _protection.Asked);
    }

    private static IEnumerable<string> Names(MirrorPlan plan) =>
        plan.Routes.ToArray().Select(route => route.Configuration.Name);
}
