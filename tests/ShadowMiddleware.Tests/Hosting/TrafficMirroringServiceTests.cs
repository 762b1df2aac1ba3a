using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class TrafficMirroringServiceTests
{
    private readonly RecordingLogger<TrafficMirroringService> _logger = new();

    [Fact]
    public async Task StartAsync_OfTheDefaults_WarnsOfWritesAndCredentials()
    {
        await StartAsync(_ => { });

        Assert.Contains(
            "http://shadow.test",
            Assert.Single(_logger.Of(EventIds.ShadowStarted)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(LogLevel.Warning, Assert.Single(_logger.Of(EventIds.WritesAreMirrored)).Level);
        var credentials = Assert.Single(_logger.Of(EventIds.CredentialsAreMirrored));
        Assert.Equal(LogLevel.Warning, credentials.Level);
        Assert.Contains("Authorization, Cookie", credentials.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithWritesSkipped_DoesNotWarnOfThem()
    {
        await StartAsync(shadow => shadow.Writes = WritePolicy.Skip);

        Assert.Empty(_logger.Of(EventIds.WritesAreMirrored));
    }

    [Fact]
    public async Task StartAsync_WithOneCredentialLeft_NamesThatOne()
    {
        await StartAsync(shadow => shadow.RemoveHeaders.Add("cookie"));

        var message = Assert.Single(_logger.Of(EventIds.CredentialsAreMirrored)).Message;
        Assert.Contains("(Authorization)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithoutCredentials_DoesNotWarnOfThemAndHidesWhatIsSet()
    {
        await StartAsync(shadow =>
        {
            shadow.RemoveHeaders.Add("Cookie");
            shadow.SetHeaders["authorization"] = "Bearer secret";
        });

        Assert.Empty(_logger.Of(EventIds.CredentialsAreMirrored));
        Assert.DoesNotContain(_logger.Lines, line => line.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public async Task StartAsync_WithAnUntil_WarnsWhenItHasPassed(int hours, int warnings)
    {
        await StartAsync(shadow => shadow.Until = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(hours));

        Assert.Equal(warnings, _logger.Of(EventIds.ShadowIsOver).Length);
        Assert.Equal(1 - warnings, _logger.Of(EventIds.ShadowStarted).Length);
    }

    [Fact]
    public async Task StartAsync_WithAClientForNoShadow_SaysSo()
    {
        await StartAsync(
            _ => { },
            builder => builder.ConfigureShadowClient("v9", _ => { }).ConfigureShadowClient("shadow", _ => { })
        );

        var line = Assert.Single(_logger.Of(EventIds.UnknownShadowClient));
        Assert.Contains("v9", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithATransformForNoShadow_SaysSo()
    {
        await StartAsync(
            _ => { },
            builder => builder.AddTransform("v9", _ => { }).AddTransform("shadow", _ => { }).AddTransform(_ => { })
        );

        var line = Assert.Single(_logger.Of(EventIds.UnknownShadowTransform));
        Assert.Contains("v9", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithTokensOfTheShadows_DoesNotWarnOfAuthorization()
    {
        await StartAsync(shadow => shadow.UseBearerToken(_ => default));

        var message = Assert.Single(_logger.Of(EventIds.CredentialsAreMirrored)).Message;
        Assert.Contains("(Cookie)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoppedAsync_Drains_AndNothingBeforeItDoes()
    {
        await using var services = TestHosting.Services(before: AddLogger);
        var service = TestHosting.Service(services);
        var dispatcher = TestHosting.Route(services).Dispatcher;

        await service.StartingAsync(Token);
        await service.StartAsync(Token);
        await service.StartedAsync(Token);
        await service.StoppingAsync(Token);
        await service.StopAsync(Token);
        Assert.Equal(DispatcherState.Open, dispatcher.State);

        await Soon.Ends(service.StoppedAsync(Token));
        Assert.Equal(DispatcherState.Draining, dispatcher.State);
    }

    [Fact]
    public void Client_OfAShadow_IsMadeUnderItsName()
    {
        using var services = TestHosting.Services(mirroring: builder =>
            builder.ConfigureShadowClient("shadow", _ => { })
        );

        Assert.Equal(
            ShadowClientNames.Own("shadow"),
            services.GetRequiredService<ShadowClientNames>().NameFor(TestHosting.Route(services).Configuration.Name)
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task StartAsync(Action<ShadowOptions> shadow, Action<ITrafficMirroringBuilder>? mirroring = null)
    {
        await using var services = TestHosting.Services(
            AddLogger,
            mirroring,
            options => shadow(options.MirrorTo("http://shadow.test"))
        );
        await TestHosting.Service(services).StartAsync(Token);
    }

    private void AddLogger(IServiceCollection services) =>
        services.AddSingleton<ILogger<TrafficMirroringService>>(_logger);
}
