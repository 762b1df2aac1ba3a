using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

public sealed class ResponseSelectorTests
{
    private static readonly Func<HttpContext, bool> _isTeapot = context => context.Response.StatusCode == 418;

    private readonly RecordingLogger<SelectionFaults> _logger = new();

    [Theory]
    [InlineData(200, false, true)]
    [InlineData(404, false, false)]
    [InlineData(200, true, false)]
    public void Keeps_ByTheStatusesOfTheRule_ThoseThatItNames(int status, bool threw, bool isKept)
    {
        using var routes = Choosing(Rule("2xx"));

        Assert.Equal(isKept, Keeps(routes.Value.All[0].ByRule(0), status, threw));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(503, false)]
    public void Keeps_OfAnAppThatHasThrown_TakesItForAServerError(int status, bool threw)
    {
        using var routes = Choosing(Rule("5xx"));

        Assert.True(Keeps(routes.Value.All[0].ByRule(0), status, threw));
    }

    [Fact]
    public void Keeps_WithoutACondition_Everything()
    {
        using var routes = new TestRoutes(TestShadow.Named("a"), TestShadow.Named("b") with { Choice = new() });

        Assert.True(Keeps(routes.Value.All[0], 500, threw: true));
        Assert.True(Keeps(routes.Value.All[1], 500, threw: true));
    }

    [Theory]
    [InlineData(418, true)]
    [InlineData(200, false)]
    public void Keeps_ByAPredicate_WhatItHoldsFor(int status, bool isKept)
    {
        using var routes = Choosing(new() { WhenResponse = [_ => true, _isTeapot] });

        Assert.Equal(isKept, Keeps(routes.Value.All[0], status));
    }

    [Theory]
    [InlineData(418, true)]
    [InlineData(404, false)]
    [InlineData(200, false)]
    public void Keeps_ByStatusAndPredicate_WhatBothHoldFor(int status, bool isKept)
    {
        using var routes = Choosing(Rule("4xx") with { WhenResponse = [_isTeapot] });

        Assert.Equal(isKept, Keeps(routes.Value.All[0].ByRule(0), status));
    }

    [Fact]
    public void Keeps_ByAPredicateThatThrows_NothingAndLogsOnce()
    {
        var thrown = new InvalidOperationException("the app's");
        using var routes = Choosing(new() { WhenResponse = [_ => throw thrown] });
        var selector = new ResponseSelector(new SelectionFaults(_logger));
        var context = new FakeServer().CreateContext();

        Assert.False(selector.Keeps(context, routes.Value.All[0], threw: false));
        Assert.False(selector.Keeps(context, routes.Value.All[0], threw: false));

        Assert.Same(thrown, Assert.Single(_logger.Lines).Exception);
    }

    private static TestRoutes Choosing(ChoiceConfiguration choice) => new(TestShadow.Named() with { Choice = choice });

    private static ChoiceConfiguration Rule(params string[] statuses) =>
        new() { Rules = [new RuleConfiguration { ResponseStatus = new StatusSet(statuses) }] };

    private bool Keeps(ShadowRoute route, int status, bool threw = false)
    {
        var context = new FakeServer().CreateContext();
        context.Response.StatusCode = status;
        var isKept = new ResponseSelector(new SelectionFaults(_logger)).Keeps(context, route, threw);
        Assert.Empty(_logger.Lines);
        return isKept;
    }
}
