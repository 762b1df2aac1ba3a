using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Hosting;

public sealed class StartTests : FunctionalTest
{
    [Fact]
    public void Use_WithoutAdd_SaysWhatToAdd()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);

        var exception = Assert.Throws<InvalidOperationException>(() => app.UseTrafficMirroring());

        Assert.Contains("builder.Services.AddTrafficMirroring(", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseTrafficMirroring", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_TwiceInOnePipeline_MirrorsOnce()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
            {
                app.UseTrafficMirroring();
                app.Run(SampleApp.EchoAsync);
            },
        }.StartAsync(Token);

        var response = await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1, 2, 3]), Token);

        Assert.Equal("read 3", response.BodyText);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal([1, 2, 3], (await shadow.NextAsync(Token)).Body);
        Assert.Equal(0, shadow.Received);
    }

    [Fact]
    public async Task Use_InABranch_SeesTheRequestsOfTheBranch()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            BeforeMirror = app => app.Map("/not", branch => branch.Run(SampleApp.EchoAsync)),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/not/x"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/yes/x"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal("/yes/x", (await shadow.NextAsync(Token)).Target);
    }

    [Fact]
    public async Task Start_ConfigurationHasFaults_NamesAllOfThemAndNoSecret()
    {
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://user:hunter2@shadow.example/" },
            Settings =
            {
                ["Shadows:v2:Percent"] = "101",
                ["Shadows:v2:RemoveHeaders"] = "Cookie",
                ["Shadows:v2:Timeuot"] = "00:00:01",
                ["Shadows:v2:QueueCapacity"] = "many",
                ["Shadows:v2:SetHeaders:Host"] = "hunter3",
                ["Shadows:V2:Address"] = "ftp://shadow.example",
                ["Protection:Enabled"] = "perhaps",
            },
        };

        var exception = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => environment.StartAsync(Token));

        Assert.All(
            [
                "Address",
                "Percent",
                "101",
                "RemoveHeaders",
                "Timeuot",
                "Timeout",
                "QueueCapacity",
                "many",
                "SetHeaders:Host",
                "Protection:Enabled",
            ],
            expected => Assert.Contains(expected, exception.Message, StringComparison.OrdinalIgnoreCase)
        );
        Assert.DoesNotContain("hunter", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoShadow_IsRefused()
    {
        await using var environment = new MirrorEnvironment();

        var exception = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => environment.StartAsync(Token));

        Assert.Contains("Shadows", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ShadowIsDown_AppServesAndTheLedgerCounts()
    {
        await using var port = new RefusedPort();
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = port.Address } }.StartAsync(
            Token
        );

        var response = await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1]), Token);

        Assert.Equal("read 1", response.BodyText);
        await environment.WaitUntilLedgerIsAsync("seen 1, failed.connect 1", Token);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    [Fact]
    public async Task ConfigureShadowClient_Handler_IsInTheWayOfThatShadowOnly()
    {
        await using var first = RawShadow.Start();
        await using var second = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = first.Address, ["other"] = second.Address },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.AddHttpMessageHandler(() => new MarkingHandler())
                ),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/a%2Fb", [], [1, 2]), Token);
        var marked = await first.NextAsync(Token);

        Assert.Equal("yes", marked.Value("X-Marked"));
        Assert.Equal("/a%2Fb", marked.Target);
        Assert.Equal([1, 2], marked.Body);
        Assert.False((await second.NextAsync(Token)).Has("X-Marked"));
        await environment.WaitUntilSettledAsync(Token, "v2");
    }

    private sealed class MarkingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Headers.Add("X-Marked", "yes");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
