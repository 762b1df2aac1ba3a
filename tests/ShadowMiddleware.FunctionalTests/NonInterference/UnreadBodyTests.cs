using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>Bodies that the app does not read: to look for them must neither wait nor show.</summary>
public sealed class UnreadBodyTests : FunctionalTest
{
    private const long ServerLimit = 2000;
    private long? _serverLimit = ServerLimit;

    [Fact]
    public async Task Request_BodyNeverArrives_IsAnsweredAtOnce()
    {
        var request = RawRequest.Head("POST", "/x", "Content-Length: 1000");

        await AssertSameAsync([.. request, .. new byte[500]], "seen 1, dropped.body_incomplete 1");
    }

    [Fact]
    public async Task Request_ExpectsContinue_ReceivesNoneWhenTheAppDoesNotRead()
    {
        var request = RawRequest.Head("POST", "/x", "Content-Length: 1000", "Expect: 100-continue");

        await AssertSameAsync(request, "seen 1, dropped.body_incomplete 1");
    }

    [Fact]
    public async Task Request_ExpectsContinueForChunks_ReceivesNoneWhenTheAppDoesNotRead()
    {
        var request = RawRequest.Head("POST", "/x", "Transfer-Encoding: chunked", "Expect: 100-continue");

        // Under a limit, chunks are not looked for at all: they may be longer.
        _serverLimit = null;

        await AssertSameAsync(request, "seen 1, dropped.body_incomplete 1");
    }

    [Fact]
    public async Task Request_BodyOverTheServersLimit_IsLeftAlone()
    {
        var request = RawRequest.Head("POST", "/x", $"Content-Length: {ServerLimit + 1}");

        await AssertSameAsync(
            [.. request, .. new byte[1000]],
            "seen 1, dropped.body_incomplete 1",
            "seen 1, dropped.body_too_large 1"
        );
    }

    [Fact]
    public async Task Request_ChunksOverTheServersLimit_AreLeftAlone() =>
        await AssertSameAsync(
            RawRequest.Chunked("POST", "/x", [], new byte[ServerLimit + 500]),
            "seen 1, dropped.body_incomplete 1",
            "seen 1, dropped.body_too_large 1"
        );

    [Fact]
    public async Task Request_ChunksAreMalformed_AreLeftAlone()
    {
        var request = RawRequest.Head("POST", "/x", "Transfer-Encoding: chunked");

        await AssertSameAsync([.. request, .. "nonsense\r\n\r\n"u8], "seen 1, dropped.body_incomplete 1");
    }

    // With a response that has started before the body is looked for, and with one that has not: its head could still change.
    private async Task AssertSameAsync(byte[] request, params string[] outcomes)
    {
        await AssertSameAsync(SampleApp.IgnoreAsync, request, outcomes);
        await AssertSameAsync(_ => Task.CompletedTask, request, outcomes);
    }

    private async Task AssertSameAsync(RequestDelegate app, byte[] request, string[] outcomes)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureKestrel = kestrel => kestrel.Limits.MaxRequestBodySize = _serverLimit,
            App = host => host.Run(app),
        }.StartAsync(Token);

        var expected = await environment.Twin.ExchangeAsync(request, Token);
        var actual = await environment.Primary.ExchangeAsync(request, Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(200, actual.Status);
        Assert.Equal(expected.ComparableText(), actual.ComparableText());
        Assert.Contains(LedgerAssert.Describe(ledger), outcomes);
        Assert.Equal(0, shadow.Connections);
    }
}
