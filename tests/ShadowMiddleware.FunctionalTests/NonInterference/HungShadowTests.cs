using Microsoft.AspNetCore.Builder;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

public sealed class HungShadowTests : FunctionalTest
{
    public static TheoryData<string> Requests { get; } = [.. ClientRequests.Names];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_ShadowHangs_FinishesFirst(string request)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start(ShadowScripts.AnswerAfter(gate.Task));
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = BodyReaders.AddServices,
            App = app =>
            {
                BodyReaders.Map(app);
                Responses.Map(app);
            },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(ClientRequests.Get(request), Token);
        await shadow.NextAsync(Token);

        Assert.Equal(200, response.Status);
        Assert.Equal("seen 1, inFlight 1", LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"]));

        gate.SetResult();
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token)));
    }

    [Fact]
    public async Task Request_RedirectOfTheShadow_IsNeverFollowed()
    {
        await using var elsewhere = RawShadow.Start();
        await using var shadow = RawShadow.Start(
            ShadowScripts.Answer($"HTTP/1.1 307 Go\r\nLocation: {elsewhere.Address}/x\r\nContent-Length: 0\r\n\r\n")
        );
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x", "Authorization: Bearer real"), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal("seen 1, completed.3xx 1", LedgerAssert.Describe(ledger));
        Assert.Equal(0, elsewhere.Connections);
    }

    [Fact]
    public async Task Request_ShadowReceives_OnlyAfterThePrimaryHasAnswered()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
                app.Run(async context =>
                {
                    await SampleApp.EchoAsync(context);
                    await gate.Task.WaitAsync(context.RequestAborted);
                }),
        }.StartAsync(Token);

        using var connection = await environment.Primary.ConnectAsync(Token);
        var exchange = connection.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.Pending == 1, Token);
        Assert.Equal(0, shadow.Connections);

        gate.SetResult();
        Assert.Equal(200, (await exchange).Status);
        Assert.Equal([1, 2, 3], (await shadow.NextAsync(Token)).Body);
    }
}
