using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

/// <summary>What <c>Explain</c> is told, and that to ask for it changes nothing.</summary>
public sealed class ForesightTests
{
    private readonly TestProtection _protection = new();

    private readonly TestTimeProvider _time = new();

    private readonly RecordingLogger<SelectionFaults> _logger = new();

    private MirrorSelector Selector =>
        new(new RandomSampler(new Random(1)), _protection, new SelectionFaults(_logger), _time);

    [Theory]
    [InlineData(100)]
    [InlineData(35.5)]
    public void Foresee_OfARequestThatMayBeChosen_SaysHowLikelyItIs(double percent) =>
        Assert.Equal(new Decision(null, percent, ByEndpoint: false, Rule: null), Foresee(new() { Percent = percent }));

    [Fact]
    public void Foresee_OfAShareOfNothing_IsNotSampled() =>
        Assert.Equal(Skipped(SkipReason.NotSampled), Foresee(new() { Percent = 0 }));

    [Fact]
    public void Foresee_OfADisabledMirror_IsDisabledBeforeAll()
    {
        var tagged = Request();
        tagged.Request.Headers["X-Shadow-Request"] = "v2";

        Assert.Equal(Skipped(SkipReason.Disabled), Foresee(new() { Request = tagged, Enabled = false }));
        Assert.Equal(Skipped(SkipReason.Disabled), Foresee(new() { Request = tagged, Until = _time.GetUtcNow() }));
        Assert.Equal(
            Skipped(SkipReason.Loop),
            Foresee(new() { Request = tagged, Until = _time.GetUtcNow() + TimeSpan.FromTicks(1) })
        );
    }

    [Fact]
    public void Foresee_OfAWriteThatIsLeftOut_SaysSoUnlessItIsACopy()
    {
        var request = Request("POST");
        Case leftOut = new() { Request = request, Writes = WritePolicy.Skip };

        Assert.Equal(Skipped(SkipReason.Writes), Foresee(leftOut));
        request.Request.Headers["X-Shadow-Request"] = "v2";
        Assert.Equal(Skipped(SkipReason.Loop), Foresee(leftOut));
    }

    [Fact]
    public void Foresee_ByARule_NamesItAndItsPercent()
    {
        ChoiceConfiguration choice = new()
        {
            Rules = [new() { Methods = ["PUT"], Percent = 10 }, new() { Methods = ["GET"], Percent = 20 }],
        };

        Assert.Equal(new Decision(null, 20, ByEndpoint: false, Rule: 1), Foresee(new() { Choice = choice }));
        Assert.Equal(
            new Decision(null, 50, ByEndpoint: false, Rule: null),
            Foresee(
                new()
                {
                    Request = Request("POST"),
                    Percent = 50,
                    Choice = choice,
                }
            )
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Foresee_ByTheEndpoint_PassesTheRulesOver(double percent)
    {
        var request = Request();
        request.SetEndpoint(
            new Endpoint(
                requestDelegate: null,
                new EndpointMetadataCollection(new TrafficMirroringAttribute(percent)),
                ""
            )
        );

        Assert.Equal(
            new Decision(percent > 0 ? null : SkipReason.Endpoint, percent, ByEndpoint: true, Rule: null),
            Foresee(
                new()
                {
                    Request = request,
                    Choice = new() { Rules = [new() { Percent = 20 }] },
                }
            )
        );
    }

    [Theory]
    [InlineData("Header:X-Tenant")]
    [InlineData("TraceId")]
    public void Foresee_ByAKey_IsAllOrNothing(string sampleBy)
    {
        var foreseen = Enumerable
            .Range(0, 200)
            .Select(i =>
            {
                var request = Request();
                request.Request.Headers["X-Tenant"] = $"tenant {i}";
                request.Request.Headers.TraceParent =
                    $"00-0af7651916cd43dd{i * 0x0101010101010101:x16}-b7ad6b7169203331-01";
                return Foresee(
                    new()
                    {
                        Request = request,
                        Percent = 50,
                        SampleBy = sampleBy,
                    }
                );
            })
            .ToArray();

        Assert.Contains(new Decision(null, 100, ByEndpoint: false, Rule: null), foreseen);
        Assert.Contains(Skipped(SkipReason.NotSampled), foreseen);
        Assert.Equal(2, foreseen.Distinct().Count());
    }

    [Theory]
    [InlineData("Header:X-Tenant")]
    [InlineData("TraceId")]
    [InlineData("Random")]
    public void Foresee_WithoutTheKey_IsAsLikelyAsTheShare(string sampleBy) =>
        Assert.Equal(
            new Decision(null, 50, ByEndpoint: false, Rule: null),
            Foresee(new() { Percent = 50, SampleBy = sampleBy })
        );

    [Fact]
    public void Foresee_WithAPredicateThatThrows_LeavesTheLogToARequest()
    {
        ChoiceConfiguration choice = new() { When = [_ => throw new InvalidOperationException("the app's")] };

        Assert.Equal(Skipped(SkipReason.Rule), Foresee(new() { Choice = choice }));
        Assert.Empty(_logger.Lines);
    }

    private static Decision Skipped(SkipReason reason) => new(reason, 0, ByEndpoint: false, Rule: null);

    private static DefaultHttpContext Request(string method = "GET") =>
        new FakeServer { Method = method }.CreateContext();

    private Decision Foresee(Case one)
    {
        Assert.True(SampleKey.TryParse(one.SampleBy, out var key, out var fault), fault);
        var shadow = TestShadow.Named() with
        {
            Percent = one.Percent,
            Until = one.Until,
            Writes = one.Writes,
            Choice = one.Choice,
            SampleBy = key,
        };
        using var routes = new TestRoutes(TestShadow.Mirroring(shadow) with { Enabled = one.Enabled });

        var decision = Selector.Foresee(one.Request, routes.Value.All[0], routes.Value.Configuration);

        Assert.Equal(0, routes.Ledger().Seen);
        Assert.Equal(0, _protection.Asked);
        return decision;
    }

    private sealed record Case
    {
        public HttpContext Request { get; init; } = ForesightTests.Request();

        public bool Enabled { get; init; } = true;

        public double Percent { get; init; } = 100;

        public DateTimeOffset? Until { get; init; }

        public WritePolicy Writes { get; init; } = WritePolicy.Mirror;

        public ChoiceConfiguration? Choice { get; init; }

        public string SampleBy { get; init; } = "Random";
    }
}
