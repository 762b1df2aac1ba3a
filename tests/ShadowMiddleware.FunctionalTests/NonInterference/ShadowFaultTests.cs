using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>Law 1 over every fault of a shadow and every kind of request.</summary>
public sealed class ShadowFaultTests : FunctionalTest
{
    public static MatrixTheoryData<string, string> Cases { get; } = new(ShadowFault.Names, ClientRequests.Names);

    public static TheoryData<string> Faults { get; } = [.. ShadowFault.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_ShadowIsBroken_ClientReceivesTheSameBytes(string fault, string request)
    {
        await using var shadow = ShadowFault.Start(fault);
        await using var environment = await StartAsync(shadow, fault, HttpProtocols.Http1);
        var bytes = ClientRequests.Get(request);

        using (var mirrored = await environment.Primary.ConnectAsync(Token))
        using (var plain = await environment.Twin.ConnectAsync(Token))
        {
            // Twice on one connection, so that a mirror that broke the connection itself would show.
            for (var i = 0; i < 2; i++)
            {
                var expected = await plain.ExchangeAsync(bytes, Token);
                var actual = await mirrored.ExchangeAsync(bytes, Token);
                Assert.Equal(200, actual.Status);
                Assert.Equal(expected.ComparableText(), actual.ComparableText());
            }
        }

        AssertOutcome(shadow, await environment.WaitUntilSettledAsync(Token), environment.Logs);
        environment.Logs.AssertNothingAtErrorOrAbove();
        UnobservedExceptions.AssertNone();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Request_ShadowIsBrokenAndClientSpeaksHttp2_ClientReceivesTheSame(string fault)
    {
        await using var shadow = ShadowFault.Start(fault);
        await using var environment = await StartAsync(shadow, fault, HttpProtocols.Http2);

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(await PostAsync(environment.Twin), await PostAsync(environment.Primary));
        }

        AssertOutcome(shadow, await environment.WaitUntilSettledAsync(Token), environment.Logs);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    private async Task<MirrorEnvironment> StartAsync(ShadowFault shadow, string fault, HttpProtocols protocols) =>
        await new MirrorEnvironment
        {
            WithTwin = true,
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options =>
            {
                options.Shadows["v2"].Timeout = shadow.Timeout;
                options.Shadows["v2"].HttpVersion = ShadowFault.HttpVersionFor(fault);
            },
            ConfigureServices = BodyReaders.AddServices,
            App = app =>
            {
                BodyReaders.Map(app);
                Responses.Map(app);
            },
        }.StartAsync(Token);

    private static void AssertOutcome(ShadowFault shadow, ShadowLedger ledger, RecordingLogs logs)
    {
        var outcomes = ledger.Completed.Select(count => ($"completed.{count.Key}", count.Value));
        outcomes = outcomes.Concat(ledger.Failed.Select(count => ($"failed.{count.Key}", count.Value)));
        var expected = outcomes.Where(count => shadow.Outcomes.Contains(count.Item1)).Sum(count => count.Value);
        var causes = logs.OfLibrary.Select(entry => entry.Exception).OfType<Exception>();
        Assert.True(
            ledger.Seen == 2 && expected == 2,
            $"{LedgerAssert.Describe(ledger)}, caused by {string.Join(Environment.NewLine, causes)}"
        );
    }

    private async Task<string> PostAsync(PrimaryHost host)
    {
        using var content = new ByteArrayContent(SampleApp.NewOrderJson(5000))
        {
            Headers = { { "Content-Type", "application/json" } },
        };
        using var response = await host.Client.PostAsync("/readfromjson", content, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);

        response.Headers.Date = null;
        return $"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync(Token)}";
    }
}
