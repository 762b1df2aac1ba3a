using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>Every captured byte goes back to the budget, however the send ends.</summary>
public sealed class ReturnedBytesTests : FunctionalTest
{
    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Bytes_ShadowAnswersWithoutReading_AllComeBack(HttpProtocols protocols, string version)
    {
        await using var shadow = await new RecordingShadow { Protocols = protocols, ReadsBodies = false }.StartAsync(
            Token
        );
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version, ["Shadows:v2:Timeout"] = "00:00:03" },
        }.StartAsync(Token);

        var request = RawRequest.Build("POST", "/x", [], new byte[900_000]);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("read 900000", (await environment.Primary.ExchangeAsync(request, Token)).BodyText);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 4, completed.2xx 4", LedgerAssert.Describe(ledger));
        await AssertAllComeBackAsync(environment);
    }

    [Fact]
    public async Task Bytes_BodyOverTheCap_AreGivenUpAtOnce()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:MaxBodyBytes"] = "10000" },
            App = app =>
                app.Run(async context =>
                {
                    await SampleApp.EchoAsync(context);
                    read.SetResult();
                    await gate.Task.WaitAsync(context.RequestAborted);
                }),
        }.StartAsync(Token);

        using var connection = await environment.Primary.ConnectAsync(Token);
        var exchange = connection.ExchangeAsync(RawRequest.Chunked("POST", "/x", [], new byte[20_000]), Token);
        await read.Task.WaitAsync(Token);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);

        gate.SetResult();
        await exchange;
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.body_too_large 1", Token);
    }

    private async Task AssertAllComeBackAsync(MirrorEnvironment environment)
    {
        var budget = environment.Service<ByteBudget>();
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
    }
}
