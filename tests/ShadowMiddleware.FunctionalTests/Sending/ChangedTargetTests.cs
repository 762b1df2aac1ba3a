using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>Law 4 with handlers that take the URI apart: a target is sent as it came, or not at all.</summary>
public sealed class ChangedTargetTests : FunctionalTest
{
    private const string Odd = "/x%2Fy%41/../z";

    // As AddServiceDiscovery does it, and as most handlers that send to another host do.
    private static readonly Dictionary<string, Func<Uri, string, Uri>> Rebuilding = new(StringComparer.Ordinal)
    {
        ["service discovery"] = (uri, host) =>
            new UriBuilder(uri.OriginalString) { Host = new Uri(host).Host, Port = new Uri(host).Port }.Uri,
        ["a base and a path"] = (uri, host) => new Uri(new Uri(host), uri.PathAndQuery),
        ["a text"] = (uri, host) => new Uri(host + uri.PathAndQuery),
    };

    public static TheoryData<string> Handlers => [.. Rebuilding.Keys];

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task Copies_ThroughAHandlerThatRebuildsTheUri_AreExactOrFail(string handler)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(client =>
            client.AddHttpMessageHandler(() => new Rebuilder(Rebuilding[handler], shadow.Address))
        );

        foreach (var target in (string[])["/a?b=c", "/caf%C3%A9/x%2Fy?z=%20", Odd])
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get(target), Token);
            await environment.WaitUntilSettledAsync(Token);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 3, completed.2xx 2, failed.other 1", LedgerAssert.Describe(ledger));
        Assert.Equal("/a?b=c", (await shadow.NextAsync(Token)).Target);
        Assert.Equal("/caf%C3%A9/x%2Fy?z=%20", (await shadow.NextAsync(Token)).Target);
        Assert.Equal(0, shadow.Received);

        // The line comes after the count.
        await Eventually.HoldsAsync(
            () =>
                environment.Logs.OfLibrary.Any(entry =>
                    entry.Exception?.ToString().Contains($"from {Odd} to /z", StringComparison.Ordinal) == true
                ),
            () => "no line tells the change",
            Token
        );
    }

    [Fact]
    public async Task Copies_ThroughAHandlerThatLosesTheQuery_Fail()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(client =>
            client.AddHttpMessageHandler(() =>
                new Rebuilder(static (uri, host) => new Uri(new Uri(host), uri.AbsolutePath), shadow.Address)
            )
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/a?b=c"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/a"), Token);
        await environment.WaitUntilLedgerIsAsync("seen 2, completed.2xx 1, failed.other 1", Token);

        Assert.Equal("/a", (await shadow.NextAsync(Token)).Target);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copies_ThroughAHandlerThatSendsAnotherMessage_AreExactOrFail(bool withOptions)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(client =>
            client.AddHttpMessageHandler(() => new Cloner(shadow.Address, withOptions))
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/a?b=c"), Token);
        Assert.Equal("/a?b=c", (await shadow.NextAsync(Token)).Target);

        // Only now: copies that are under way together may arrive in any order.
        await environment.Primary.ExchangeAsync(RawRequest.Get(Odd), Token);
        await environment.WaitUntilLedgerIsAsync("seen 2, completed.2xx 1, failed.other 1", Token);
    }

    [Fact]
    public async Task Copies_ThroughAHandlerThatChangesOnlyTheHost_ArriveAsTheyCame()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(client =>
            client.AddHttpMessageHandler(() =>
                new Rebuilder(
                    static (uri, host) =>
                        new Uri(
                            host + uri.PathAndQuery,
                            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
                        ),
                    shadow.Address
                )
            )
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get(Odd), Token);

        Assert.Equal(Odd, (await shadow.NextAsync(Token)).Target);
    }

    [Fact]
    public async Task Copies_ToATestServer_Arrive()
    {
        var targets = new List<string>();
        using var host = new HostBuilder()
            .ConfigureWebHost(web =>
                web.UseTestServer()
                    .Configure(app =>
                        app.Run(context =>
                        {
                            targets.Add(context.Request.Path + context.Request.QueryString);
                            return SampleApp.EchoAsync(context);
                        })
                    )
            )
            .Build();
        await host.StartAsync(Token);
        await using var environment = await StartAsync(client =>
            client.ConfigurePrimaryHttpMessageHandler(() => host.GetTestServer().CreateHandler())
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/a?b=c"), Token);
        await environment.WaitUntilSettledAsync(Token);
        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/orders/42", [], [1, 2, 3]), Token);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 2, completed.2xx 2", LedgerAssert.Describe(ledger));
        Assert.Equal(["/a?b=c", "/orders/42"], targets);
    }

    private Task<MirrorEnvironment> StartAsync(Action<IHttpClientBuilder> configure) =>
        new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://orders.invalid" },
            ConfigureMirroring = mirroring => mirroring.ConfigureShadowClient("v2", configure),
        }.StartAsync(Token);

    private sealed class Rebuilder(Func<Uri, string, Uri> rebuild, string host) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.RequestUri = rebuild(request.RequestUri!, host);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Cloner(string host, bool withOptions) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var clone = new HttpRequestMessage(request.Method, new Uri(host + request.RequestUri!.PathAndQuery));
            foreach (var option in withOptions ? request.Options : [])
            {
                clone.Options.TryAdd(option.Key, option.Value);
            }

            return base.SendAsync(clone, cancellationToken);
        }
    }
}
