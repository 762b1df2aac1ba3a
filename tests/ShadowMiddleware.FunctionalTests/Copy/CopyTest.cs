using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>Law 4: one request in, one copy out, compared byte by byte.</summary>
public abstract class CopyTest : FunctionalTest
{
    /// <summary>How <see cref="LedgerAssert.Describe"/> writes that no request has come as far as the mirror.</summary>
    private protected const string NothingSeen = "";

    /// <summary>Sends raw bytes to a primary and returns the copy that its only shadow receives.</summary>
    private protected async Task<RawMessage> CopyAsync(
        byte[] request,
        RequestDelegate? app = null,
        params (string Key, string Value)[] settings
    )
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            App = host => host.Run(app ?? SampleApp.EchoAsync),
        };

        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        await environment.StartAsync(Token);
        return await CopyAsync(environment, shadow, request);
    }

    /// <summary>Sends raw bytes to a running primary and returns the copy that the shadow receives: exactly one.</summary>
    private protected async Task<RawMessage> CopyAsync(
        MirrorEnvironment environment,
        RawShadow shadow,
        byte[] request,
        int status = 200
    )
    {
        var response = await environment.Primary.ExchangeAsync(request, Token);
        Assert.True(response.Status == status, $"The primary answered {response}");

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));

        var copy = await shadow.NextAsync(Token);
        Assert.Equal(0, shadow.Received);
        return copy;
    }
}
