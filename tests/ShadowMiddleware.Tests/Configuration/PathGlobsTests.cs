using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class PathGlobsTests
{
    [Theory]
    [InlineData("/api/*", "it has a wildcard", "/api/{**rest}")]
    [InlineData("/api/**", "it has a wildcard", "/api/{**rest}")]
    [InlineData("/*", "it has a wildcard", "/{**rest}")]
    [InlineData("*", "it has a wildcard", "/{**rest}")]
    [InlineData("**", "it has a wildcard", "/{**rest}")]
    [InlineData("/api/*/items", "it has a wildcard", "/api/{part2}/items")]
    [InlineData("/api/*/items/*", "it has a wildcard", "/api/{part2}/items/{**rest}")]
    [InlineData("/api/{id}/*", "it has a wildcard", "/api/{id}/{**rest}")]
    [InlineData("/api/{rest}/*", "it has a wildcard", "/api/{rest}/{**rest_}")]
    [InlineData("^/api/.*$", "it is a regular expression", "/api/{**rest}")]
    [InlineData("^/api/", "it is a regular expression", "/api/")]
    [InlineData("^/api$", "it is a regular expression", "/api")]
    [InlineData("/api/.*", "it is a regular expression", "/api/{**rest}")]
    [InlineData("/api/.+", "it is a regular expression", "/api/{**rest}")]
    [InlineData("^/api(/.*)?$", "it is a regular expression", "/api/{**rest}")]
    [InlineData("^\\/api\\/(.*)$", "it is a regular expression", "/api/{**rest}")]
    [InlineData("^/orders/[^/]+$", "it is a regular expression", "/orders/{part2}")]
    [InlineData("^/orders/([^/]+)/lines$", "it is a regular expression", "/orders/{part2}/lines")]
    [InlineData("^/orders/\\d+$", "it is a regular expression", "/orders/{number2:int}")]
    [InlineData("^/orders/[0-9]+/v1\\.0$", "it is a regular expression", "/orders/{number2:int}/v1.0")]
    public void Pattern_ThatRoutingDoesNotKnow_IsAFaultThatWritesTheOneThatWasMeant(
        string text,
        string kind,
        string meant
    )
    {
        Assert.False(PathPattern.TryParse(text, out _, out var fault));
        Assert.Equal($"{kind}, and a route pattern is meant; write {meant}.", fault);
        Assert.True(PathPattern.TryParse(meant, out _, out var wrong), wrong);
    }

    [Theory]
    [InlineData("/api*")]
    [InlineData("/*.json")]
    [InlineData("/api/**/items")]
    [InlineData("**/health")]
    [InlineData("^/(orders|items)/.*$")]
    [InlineData("^/api/v\\d+/.*$")]
    [InlineData("^(?!/health).*$")]
    [InlineData("/a|/b")]
    public void Pattern_ThatNoRouteMeans_IsAFaultWithAnExample(string text)
    {
        Assert.False(PathPattern.TryParse(text, out _, out var fault));
        Assert.EndsWith(
            ", and a route pattern is meant; write one such as /orders/{id} or /catalog/{**rest}.",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/orders/{id}")]
    [InlineData("/catalog/{**rest}")]
    [InlineData("/catalog/{*rest}")]
    [InlineData("{**rest}")]
    [InlineData("/odata/$metadata")]
    [InlineData("/odata/Products(5)")]
    [InlineData("/odata/Products('a+b')/$count")]
    [InlineData("/a+b")]
    [InlineData("/v1.0/{id:range(1,9)}")]
    [InlineData("/{id:length(3)?}")]
    public void Pattern_OfRouting_IsNone(string text) => Assert.Null(PathGlobs.FindFault(text));
}
