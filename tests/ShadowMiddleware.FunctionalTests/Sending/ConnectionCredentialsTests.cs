using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>Law 5: a shadow would serve the copies of other users over a connection that one of them has authenticated.</summary>
public sealed class ConnectionCredentialsTests : FunctionalTest
{
    [Fact]
    public async Task Copies_OfCredentialsOfAConnection_AreAnonymousWhichIsSaidOnce()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        foreach (
            var line in (string[])
                ["Authorization: Negotiate YII", "authorization: ntlm TlRM", "Authorization: NTLM", "X-Y: 1"]
        )
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/x", line, "X-Kept: 1"), Token);
            var copy = await shadow.NextAsync(Token);
            Assert.False(copy.Has("Authorization"));
            Assert.Equal("1", copy.Value("X-Kept"));
        }

        await environment.WaitUntilSettledAsync(Token);
        Assert.Single(
            environment.Logs.OfLibrary,
            entry => entry.Message.Contains("Negotiate or NTLM", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Copies_OfOtherCredentials_CarryThem()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        await environment.Primary.ExchangeAsync(
            RawRequest.Get("/x", "Authorization: Bearer t", "Authorization: Negotiate YII"),
            Token
        );

        Assert.Equal("Bearer t", (await shadow.NextAsync(Token)).Value("Authorization"));
    }

    [Fact]
    public async Task Copies_WithCredentialsOfTheConfiguration_CarryThose()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            ("Shadows:v2:SetHeaders:Authorization", "Negotiate of-the-configuration")
        );

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x", "Authorization: NTLM TlRM"), Token);

        Assert.Equal("Negotiate of-the-configuration", (await shadow.NextAsync(Token)).Value("Authorization"));
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry => entry.Message.Contains("Negotiate or NTLM", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Explain_OfCredentialsOfAConnection_ShowsThatTheyAreLeftOut()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);

        var copy = environment
            .Service<ITrafficMirroringControl>()
            .Explain("GET", "/x", [new("Host", "a.test"), new("Authorization", "Negotiate YII"), new("X-Kept", "1")])
            .Shadows["v2"]
            .Copy!;

        Assert.Contains(copy.Headers, field => field.Key == "X-Kept");
        Assert.DoesNotContain(copy.Headers, field => field.Key == "Authorization");
    }

    private Task<MirrorEnvironment> StartAsync(RawShadow shadow, params (string Key, string Value)[] settings)
    {
        var environment = new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } };
        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        return environment.StartAsync(Token);
    }
}
