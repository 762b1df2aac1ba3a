using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>
/// Connections that something on the way has cut, without a word to either side, while the shadow is well: they cost the copies that are on
/// them, and none after the first of those has had its time.
/// </summary>
public sealed class SilentConnectionTests : FunctionalTest
{
    private const int Connections = 6;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(6);

    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    [Theory]
    [InlineData("1.1", false, HttpProtocols.Http1)]
    [InlineData("1.1", true, HttpProtocols.Http1)]
    [InlineData("2", false, HttpProtocols.Http2)]
    [InlineData(null, true, HttpProtocols.Http1AndHttp2)]
    public async Task Copies_ConnectionsAreCut_OneIsLost(string? version, bool tls, HttpProtocols protocols)
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = protocols,
            Certificate = tls ? TestCertificate.Instance : null,
            Handler = MeetAsync,
        }.StartAsync(Token);
        await using var relay = Relay.To(shadow.Address);
        await using var environment = await StartAsync(relay.Address, version);

        // As many connections as copies at once, where the version has one for each.
        await RequestAsync(environment, Connections);
        await environment.WaitUntilAsync(ledger => ledger.Completed.GetValueOrDefault("2xx") == Connections, Token);
        Assert.InRange(relay.Connections, version == "1.1" ? Connections : 1, 2 * Connections);
        await relay.CutAsync();

        await RequestAsync(environment, 1);
        await environment.WaitUntilAsync(ledger => ledger.Failed.GetValueOrDefault("timeout") == 1, Token);
        await RequestAsync(environment, 2 * Connections);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(
            $"seen {(3 * Connections) + 1}, completed.2xx {3 * Connections}, failed.timeout 1",
            LedgerAssert.Describe(ledger)
        );
    }

    [Fact]
    public async Task Copies_AnotherShadowOpenedTheConnectionThatIsCut_OneIsLost()
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = HttpProtocols.Http2,
            Handler = SampleApp.EchoAsync,
        }.StartAsync(Token);
        await using var relay = Relay.To(shadow.Address);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = relay.Address, ["v3"] = relay.Address + "/v3" },
            ConfigureOptions = options =>
            {
                foreach (var one in options.Shadows.Values)
                {
                    one.HttpVersion = "2";
                    one.Timeout = Timeout;
                }
            },
        }.StartAsync(Token);
        var control = environment.Service<ITrafficMirroringControl>();

        control.SetPaused("v2", true);
        await RequestAsync(environment, 1);
        await environment.WaitUntilSettledAsync(Token, "v3");
        control.SetPaused("v2", false);
        control.SetPaused("v3", true);
        await RequestAsync(environment, 1);
        await environment.WaitUntilSettledAsync(Token, "v2");
        Assert.Equal(1, relay.Connections);
        await relay.CutAsync();

        await RequestAsync(environment, 1);
        await environment.WaitUntilAsync(
            snapshot => snapshot.Shadows["v2"].Failed.GetValueOrDefault("timeout") == 1,
            Token
        );
        await RequestAsync(environment, 3);

        var ledger = await environment.WaitUntilSettledAsync(Token, "v2");
        Assert.Equal("seen 6, skipped.paused 1, completed.2xx 4, failed.timeout 1", LedgerAssert.Describe(ledger));
    }

    // The first copies are answered when all of them have arrived.
    private Task MeetAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _arrived) == Connections)
        {
            _met.TrySetResult();
        }

        return _met.Task.WaitAsync(context.RequestAborted);
    }

    private async Task RequestAsync(MirrorEnvironment environment, int count) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(async _ =>
                {
                    using var response = await environment.Client.GetAsync("/", Token);
                })
        );

    private async Task<MirrorEnvironment> StartAsync(string address, string? version) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            ConfigureOptions = options =>
            {
                options.Shadows["v2"].HttpVersion = version;
                options.Shadows["v2"].Timeout = Timeout;
            },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client =>
                        client.UseSocketsHttpHandler(
                            (handler, _) =>
                                handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                                    TestCertificate.Trust(certificate)
                        )
                ),
        }.StartAsync(Token);
}
