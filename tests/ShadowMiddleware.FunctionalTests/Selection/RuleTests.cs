using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Selection;

public sealed class RuleTests : FunctionalTest
{
    private const string Rule = "Shadows:v2:Rules:0";

    [Theory]
    [InlineData("Methods:0", "PUT", "PUT", "/x", "Host: a.test", "HEAD", "/x", "Host: a.test")]
    [InlineData("Hosts:0", "*.a.test", "GET", "/x", "Host: b.A.test:80", "GET", "/x", "Host: a.test")]
    [InlineData(
        "Paths:0",
        "/orders/{id:int}",
        "GET",
        "/ord%65rs/5?x",
        "Host: a.test",
        "GET",
        "/orders/x",
        "Host: a.test"
    )]
    [InlineData("Paths:0", "/catalog/{**rest}", "GET", "/catalog", "Host: a.test", "GET", "/cat", "Host: a.test")]
    [InlineData("Headers:X-Beta", "1", "GET", "/x", "x-beta: 0\r\nX-BETA: 1", "GET", "/x", "X-Beta: 0, 1")]
    [InlineData(
        "Query:preview",
        "a b",
        "GET",
        "/x?Preview=a+b",
        "Host: a.test",
        "GET",
        "/x?preview=A+b",
        "Host: a.test"
    )]
    public async Task Request_ThatARuleMatches_IsCopiedAndNoOther(
        string key,
        string value,
        string method,
        string target,
        string field,
        string otherMethod,
        string otherTarget,
        string otherField
    )
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                [$"{Rule}:{key}"] = value,
                [$"{Rule}:Percent"] = "100",
                ["Shadows:v2:Percent"] = "0",
            },
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Head(otherMethod, otherTarget, otherField), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Head(method, target, field), Token);

        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.not_sampled 1, completed.2xx 1", Token);
        Assert.Equal((method, target), await NextAsync(shadow));
    }

    [Fact]
    public async Task Requests_OfHealthProbes_AreLeftOutByARule()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                [$"{Rule}:Paths:0"] = "/health",
                [$"{Rule}:Paths:1"] = "/healthz/{**rest}",
                [$"{Rule}:Percent"] = "0",
            },
        }.StartAsync(Token);

        foreach (var target in new[] { "/health", "/healthz", "/healthz/ready", "/orders" })
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);
        }

        await environment.WaitUntilLedgerIsAsync("seen 4, skipped.rule 3, completed.2xx 1", Token);
        Assert.Equal(("GET", "/orders"), await NextAsync(shadow));
    }

    [Theory]
    [InlineData("/200", "2xx", true)]
    [InlineData("/404", "2xx", false)]
    [InlineData("/404", "404", true)]
    [InlineData("/throws", "2xx", false)]
    [InlineData("/throws", "500", true)]
    [InlineData("/late", "2xx", false)]
    [InlineData("/late", "5xx", true)]
    public async Task Request_WithAResponseOfItsRule_IsCopiedAndNoOther(string target, string status, bool copied)
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [$"{Rule}:ResponseStatus:0"] = status },
            App = app => app.Run(AnswerAsync),
        }.StartAsync(Token);
        var request = RawRequest.Build("POST", target, [], [1, 2, 3]);

        Assert.Equal(await AnswerAsync(environment.Twin, request), await AnswerAsync(environment.Primary, request));
        await environment.WaitUntilLedgerIsAsync(
            copied ? "seen 1, completed.2xx 1" : "seen 1, skipped.response_status 1",
            Token
        );
        Assert.Equal(copied ? 1 : 0, shadow.Received);
    }

    [Fact]
    public async Task Request_BehindAPathBase_IsMatchedWithoutIt()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                [$"{Rule}:Paths:0"] = "/orders",
                ["Shadows:v2:Percent"] = "0",
                [$"{Rule}:Percent"] = "100",
            },
            BeforeMirror = app => app.UsePathBase("/shop"),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/shop/orders"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal(("GET", "/shop/orders"), await NextAsync(shadow));
    }

    private async Task<(string, string)> NextAsync(RecordingShadow shadow)
    {
        var received = await shadow.NextAsync(Token);
        return (received.Method, received.Target);
    }

    // A response that breaks off is an answer too.
    private async Task<string> AnswerAsync(PrimaryHost host, byte[] request)
    {
        try
        {
            return (await host.ExchangeAsync(request, Token)).ComparableText();
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        switch (context.Request.Path.Value)
        {
            case "/throws":
                throw new InvalidOperationException("the app's");
            case "/late":
                // The client already has a status of its own.
                await context.Response.WriteAsync("begun", context.RequestAborted);
                throw new InvalidOperationException("the app's");
            default:
                context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], null);
                return;
        }
    }
}
