using System.Text;
using System.Text.Json.Nodes;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Gateway;

/// <summary>The gateway sample from end to end: client, YARP with the mirror, a service of Node.js and a shadow of Node.js.</summary>
public sealed class GatewayTests : FunctionalTest
{
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
