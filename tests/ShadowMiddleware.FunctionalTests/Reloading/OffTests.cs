using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Reloading;

public sealed class OffTests : FunctionalTest
{
    [Fact]
    public async Task Mirroring_StopsWhenItIsSwitchedOffOrGone_WhateverElseIsWrong_AndComesBack()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        await SendAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);

        environment.Reload(("Enabled", "false"), ("NoSuchKey", "1"), ("Shadows:v2:Percent", "101"));
        await SendAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.disabled 1, completed.2xx 1", Token);

        environment.Configuration.Change(data => data.Clear());
        await SendAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 2, skipped.disabled 1, completed.2xx 1", Token);

        environment.Reload(("Shadows:v2:Address", shadow.Address));
        await SendAsync(environment);
        await environment.WaitUntilLedgerIsAsync("seen 3, skipped.disabled 1, completed.2xx 2", Token);
    }

    private async Task SendAsync(MirrorEnvironment environment)
    {
        var response = await environment.Primary.ExchangeAsync(RawRequest.Get("/"), Token);
        Assert.Equal(200, response.Status);
    }
}
