using System.Text;
using System.Text.Json.Nodes;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Gateway;

/// <summary>The gateway sample from end to end: client, YARP with the mirror, a service of Node.js and a shadow of Node.js.</summary>
public sealed class GatewayTests : FunctionalTest
{
    // Without TLS a port speaks one version.
    private static readonly string[] Http2 =
    [
        "Kestrel:Endpoints:h2:Url=http://127.0.0.1:0",
        "Kestrel:Endpoints:h2:Protocols=Http2",
    ];

    private const string ReportsPercent = "ReverseProxy:Routes:reports:Metadata:TrafficMirroring.v2.Percent";

    [Fact]
    public async Task Clients_GetTheSameAsWithoutTheMirror_AndTheShadowGetsCopies()
    {
        await using var service = await NodeService.StartAsync("v1", Token);
        await using var shadow = await NodeService.StartAsync("v2", Token);
        await using var mirroring = GatewayProcess.Start(service.Address, shadow.Address);
        await using var plain = GatewayProcess.Start(service.Address, shadow.Address, "TrafficMirroring:Enabled=false");
        var ports = (await GatewayProcess.PortAsync(plain, Token), await GatewayProcess.PortAsync(mirroring, Token));

        var body = Encoding.UTF8.GetBytes("""{"id":"ä"}""");
        string[] fields = ["Content-Type: application/json", "Cookie: a=1"];
        await AskBothAsync(ports, RawRequest.Build("POST", "/orders/%41?q=a%2Fb", fields, body));
        AssertCopy("POST", "/orders/%41?q=a%2Fb", """{"id":"ä"}""", await shadow.NextAsync(Token));

        await AskBothAsync(ports, RawRequest.Chunked("PUT", "/orders/1", fields, body));
        AssertCopy("PUT", "/orders/1", """{"id":"ä"}""", await shadow.NextAsync(Token));

        // Its route says that it is not for the shadow.
        await AskBothAsync(ports, RawRequest.Get("/health"));
        await AskBothAsync(ports, RawRequest.Get("/orders"));
        AssertCopy("GET", "/orders", "", await shadow.NextAsync(Token));
    }

    [Fact]
    public async Task ClientsOfHttp2_GetTheSameAsWithoutTheMirror_AndTheShadowGetsCopies()
    {
        await using var service = await NodeService.StartAsync("v1", Token);
        await using var shadow = await NodeService.StartAsync("v2", Token);
        await using var mirroring = GatewayProcess.Start(service.Address, shadow.Address, Http2);
        await using var plain = GatewayProcess.Start(
            service.Address,
            shadow.Address,
            [.. Http2, "TrafficMirroring:Enabled=false"]
        );
        var ports = (await GatewayProcess.PortAsync(plain, Token), await GatewayProcess.PortAsync(mirroring, Token));

        var request = WireRequest.PostJson("/orders/%41?q=a%2Fb", """{"id":"ä"}""", "Cookie: a=1");
        foreach (var isChunked in (bool[])[false, true])
        {
            await AskBothOverHttp2Async(ports, request with { IsChunked = isChunked });
            AssertCopy("POST", "/orders/%41?q=a%2Fb", """{"id":"ä"}""", await shadow.NextAsync(Token));
        }

        // Its route says that it is not for the shadow.
        await AskBothOverHttp2Async(ports, WireRequest.Get("/health"));
        await AskBothOverHttp2Async(ports, WireRequest.Get("/orders"));
        AssertCopy("GET", "/orders", "", await shadow.NextAsync(Token));
    }

    [Fact]
    public async Task Reload_OfAShare_IsInForceAtOnce_AndABadOneLeavesTheLastGoodRoutesAndIsLogged()
    {
        await using var service = await NodeService.StartAsync("v1", Token);
        await using var shadow = await NodeService.StartAsync("v2", Token);
        using var settings = new GatewaySettings();
        settings.Write(percent: "0", version: "first");
        await using var gateway = GatewayProcess.StartIn(settings.Folder, service.Address, shadow.Address);
        var port = await GatewayProcess.PortAsync(gateway, Token);

        // No copy of it: the next one that comes is of another request.
        Assert.Equal("first", await AskForVersionAsync(port, "/reports/1"));
        await AskAsync(port, RawRequest.Get("/orders/1"));
        AssertCopy("GET", "/orders/1", "", await shadow.NextAsync(Token));

        settings.Write(percent: "100", version: "second");
        await UntilVersionAsync(port, "second");
        AssertCopy("GET", "/reports/until-second", "", await shadow.NextAsync(Token));

        settings.Write(percent: "101", version: "bad");
        await gateway.NextLineAsync("Route 'reports': the metadata 'TrafficMirroring.v2.Percent': '101'", Token);
        Assert.Equal("second", await AskForVersionAsync(port, "/reports/2"));
        AssertCopy("GET", "/reports/2", "", await shadow.NextAsync(Token));

        settings.Write(percent: "0", version: "third");
        await UntilVersionAsync(port, "third");
        Assert.Equal("third", await AskForVersionAsync(port, "/reports/3"));
        await AskAsync(port, RawRequest.Get("/orders/2"));
        JsonNode copy;
        do
        {
            copy = await shadow.NextAsync(Token);
        } while (Text(copy["target"]) == "/reports/until-third");
        AssertCopy("GET", "/orders/2", "", copy);
    }

    [Theory]
    [InlineData("100", "0", "/reports/1")]
    [InlineData("0", "100", "/orders/1")]
    public async Task Route_HasAShareOfItsOwn(string ofTheRoute, string ofTheShadow, string copied)
    {
        await using var service = await NodeService.StartAsync("v1", Token);
        await using var shadow = await NodeService.StartAsync("v2", Token);
        await using var gateway = GatewayProcess.Start(
            service.Address,
            shadow.Address,
            $"{ReportsPercent}={ofTheRoute}",
            $"TrafficMirroring:Shadows:v2:Percent={ofTheShadow}"
        );
        var port = await GatewayProcess.PortAsync(gateway, Token);

        foreach (var target in (string[])["/reports/1", "/orders/1", copied])
        {
            var answer = await AskAsync(port, RawRequest.Get(target));
            Assert.Equal(200, answer.Status);
        }

        for (var i = 0; i < 2; i++)
        {
            AssertCopy("GET", copied, "", await shadow.NextAsync(Token));
        }
    }

    [Theory]
    [InlineData(ReportsPercent, "101")]
    [InlineData(ReportsPercent, "five")]
    [InlineData("ReverseProxy:Routes:reports:Metadata:TrafficMirroring.v2.Percnt", "5")]
    [InlineData("ReverseProxy:Routes:reports:Metadata:TrafficMirroring.Enabled", "no")]
    public async Task RouteWithABadShare_StopsTheStartAndSaysWhy(string key, string value)
    {
        await using var gateway = GatewayProcess.Start("http://127.0.0.1:1", "http://127.0.0.1:1", $"{key}={value}");

        Assert.NotEqual(0, await gateway.WaitForExitAsync(Token));
        var metadata = key[(key.LastIndexOf(':') + 1)..];
        Assert.Contains(
            $"Route 'reports': the metadata '{metadata}': '{value}'",
            gateway.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("a number from 0 to 100", gateway.Output, StringComparison.Ordinal);
    }

    private static void AssertCopy(string method, string target, string body, JsonNode copy)
    {
        Assert.Equal(
            ("v2", method, target, body),
            (Text(copy["version"]), Text(copy["method"]), Text(copy["target"]), Text(copy["body"]))
        );
        Assert.StartsWith("v2;id=", Text(copy["headers"]!["x-shadow-request"]), StringComparison.Ordinal);
        Assert.Null(copy["headers"]!["x-forwarded-for"]);
    }

    private static string Text(JsonNode? node) => node?.ToString() ?? "";

    private async Task<string?> AskForVersionAsync(int port, string target) =>
        (await AskAsync(port, RawRequest.Get(target)))
            .Fields.Where(field => field.Key == GatewaySettings.Mark)
            .Select(field => field.Value)
            .SingleOrDefault();

    // A watcher of files says when, and the answers say that.
    private async Task UntilVersionAsync(int port, string version)
    {
        while (await AskForVersionAsync(port, $"/reports/until-{version}") != version)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private async Task AskBothOverHttp2Async((int Plain, int Mirroring) ports, WireRequest request)
    {
        var expected = await AskOverHttp2Async(ports.Plain, request);
        var actual = await AskOverHttp2Async(ports.Mirroring, request);
        Assert.Contains("\"version\":\"v1\"", expected, StringComparison.Ordinal);
        Assert.Equal(expected, actual);
    }

    private async Task<string> AskOverHttp2Async(int port, WireRequest request)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null };
        using var client = new HttpMessageInvoker(handler);
        using var message = request.ToHttp2(new Uri($"http://127.0.0.1:{port}"));
        using var response = await client.SendAsync(message, Token);
        return (await WireAnswer.OfAsync(response, Token)).Text;
    }

    private async Task AskBothAsync((int Plain, int Mirroring) ports, byte[] request)
    {
        var expected = await AskAsync(ports.Plain, request);
        var actual = await AskAsync(ports.Mirroring, request);
        Assert.Contains("\"version\":\"v1\"", expected.BodyText, StringComparison.Ordinal);
        Assert.Equal(expected.ComparableText(), actual.ComparableText());
    }

    private async Task<RawMessage> AskAsync(int port, byte[] request)
    {
        using var connection = await RawConnection.OpenAsync(port, Token);
        return await connection.ExchangeAsync(request, Token);
    }
}
