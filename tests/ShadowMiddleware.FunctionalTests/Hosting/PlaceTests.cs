using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Hosting;

public sealed class PlaceTests : FunctionalTest
{
    private const string EndpointsNotSeen = "stands before UseRouting";
    private const string ClaimsNotSeen = "stands before UseAuthentication";

    [Theory]
    [InlineData("automatic", true, false)]
    [InlineData("in front", true, false)]
    [InlineData("behind", true, true)]
    [InlineData("behind", false, false)]
    public async Task Start_WithRouting_WarnsWhereEndpointsSpeakAndCannotBeSeen(string routing, bool speaks, bool warns)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            BeforeMirror = app =>
            {
                if (routing == "in front")
                {
                    app.UseRouting();
                }
            },
            App = app =>
            {
                if (routing == "behind")
                {
                    app.UseRouting();
                }

                var endpoint = app.MapGet("/x", () => "x");
                if (speaks)
                {
                    endpoint.DisableTrafficMirroring();
                }
            },
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);

        Assert.Equal(warns ? 1 : 0, Warnings(environment, EndpointsNotSeen));
        await environment.WaitUntilAsync(
            (ShadowLedger counts) => counts.Skipped.ContainsKey("endpoint") == (speaks && !warns) && counts.Seen == 1,
            Token
        );
    }

    [Theory]
    [InlineData("automatic", "Claim:sub", false)]
    [InlineData("in front", "Claim:sub", false)]
    [InlineData("behind", "Claim:sub", true)]
    [InlineData("behind", "Random", false)]
    [InlineData("none", "Claim:sub", false)]
    public async Task Start_WithAuthentication_WarnsWhereClaimsAreNeededAndCannotBeSeen(
        string authentication,
        string sampleBy,
        bool warns
    )
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:SampleBy"] = sampleBy },
            ConfigureServices = services =>
            {
                if (authentication != "none")
                {
                    services.AddAuthentication("cookie").AddCookie("cookie");
                }
            },
            BeforeMirror = app =>
            {
                if (authentication == "in front")
                {
                    app.UseAuthentication();
                }
            },
            App = app =>
            {
                if (authentication == "behind")
                {
                    app.UseAuthentication();
                }

                app.Run(SampleApp.IgnoreAsync);
            },
        }.StartAsync(Token);

        Assert.Equal(warns ? 1 : 0, Warnings(environment, ClaimsNotSeen));

        // A reload that makes the draw need claims says it then, and no reload says it again.
        environment.Reload(("Shadows:v2:SampleBy", "Claim:sub"), ("Shadows:v2:Percent", "50"));
        environment.Reload(("Shadows:v2:Percent", "60"));
        Assert.Equal(authentication == "behind" ? 1 : 0, Warnings(environment, ClaimsNotSeen));
    }

    private static int Warnings(MirrorEnvironment environment, string text) =>
        environment.Logs.OfLibrary.Count(entry => entry.Message.Contains(text, StringComparison.Ordinal));
}
