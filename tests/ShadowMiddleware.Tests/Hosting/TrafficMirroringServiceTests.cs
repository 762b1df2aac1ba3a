using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using ShadowMiddleware.Configuration;
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

    [Theory]
    [InlineData(null, null, null, "100 % of the requests", 0)]
    [InlineData(100.0, null, null, "100 % of the requests", 0)]
    [InlineData(12.5, null, null, "12.5 % of the requests", 0)]
    [InlineData(null, "/a", null, "by 1 rule(s), and 100 % of all others", 1)]
    [InlineData(100.0, "/a", null, "by 1 rule(s), and 100 % of all others", 0)]
    [InlineData(0.0, "/a", null, "by 1 rule(s), and 0 % of all others", 0)]
    [InlineData(20.0, "/a", null, "by 1 rule(s), and 20 % of all others", 0)]
    [InlineData(null, "/a", 100.0, "by 2 rule(s), the last of which is for all others: 100 % of them", 0)]
    [InlineData(null, "/a", 0.0, "by 2 rule(s), the last of which is for all others: 0 % of them", 0)]
    public async Task StartAsync_SaysWhatShareAllOthersGet_AndWarnsWhereThatIsAllOfThemByDefault(
        double? percent,
        string? path,
        double? others,
        string share,
        int warnings
    )
    {
        await StartAsync(shadow =>
        {
            if (percent is { } written)
            {
                shadow.Percent = written;
            }

            if (path is not null)
            {
                shadow.Rules.Add(new MirroringRule { Paths = { path }, Percent = 50 });
            }

            if (others is not null)
            {
                shadow.Rules.Add(new MirroringRule { Percent = others });
            }
        });

        Assert.EndsWith(
            $": {share}.",
            Assert.Single(_logger.Of(EventIds.ShadowStarted)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(warnings, _logger.Of(EventIds.OthersAreMirroredWhole).Length);
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
    public async Task Until_ThatPassesWhileTheAppRuns_IsSaidOnceAtThatMoment()
    {
        var time = new TestTimeProvider();
        await using var services = TestHosting.Services(
            collection =>
            {
                AddLogger(collection);
                collection.AddSingleton<TimeProvider>(time);
            },
            options: options =>
            {
                options.MirrorTo("http://shadow.test").Until = time.GetUtcNow() + TimeSpan.FromDays(60);
                options.Shadows["v3"] = new ShadowOptions
                {
                    Address = "http://v3.test",
                    Until = time.GetUtcNow() + TimeSpan.FromHours(1),
                };
            }
        );
        await TestHosting.Service(services).StartAsync(Token);

        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Empty(_logger.Of(EventIds.ShadowIsOver));
        time.Advance(TimeSpan.FromTicks(1));
        var line = Assert.Single(_logger.Of(EventIds.ShadowIsOver));
        Assert.Contains("v3", line.Message, StringComparison.Ordinal);

        // Longer than a timer of the platform's can wait.
        time.Advance(TimeSpan.FromDays(59));
        Assert.Single(_logger.Of(EventIds.ShadowIsOver));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, _logger.Of(EventIds.ShadowIsOver).Length);
        Assert.Equal(0, time.ActiveTimers);

        Reload(services, configuration => configuration with { DrainTimeout = TimeSpan.Zero });
        Assert.Equal(2, _logger.Of(EventIds.ShadowIsOver).Length);
        Assert.Equal(2, _logger.Of(EventIds.ShadowStarted).Length);
    }

    [Fact]
    public async Task Until_ThatAReloadMoves_IsSaidAtTheNewMoment()
    {
        var time = new TestTimeProvider();
        await using var services = TestHosting.Services(collection =>
        {
            AddLogger(collection);
            collection.AddSingleton<TimeProvider>(time);
        });
        await TestHosting.Service(services).StartAsync(Token);

        Reload(services, configuration => WithUntil(configuration, time.GetUtcNow() + TimeSpan.FromHours(2)));
        Reload(services, configuration => WithUntil(configuration, time.GetUtcNow() + TimeSpan.FromHours(1)));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_logger.Of(EventIds.ShadowIsOver));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_logger.Of(EventIds.ShadowIsOver));

        Reload(services, configuration => WithUntil(configuration, null));
        Assert.Equal(4, _logger.Of(EventIds.ShadowStarted).Length);
        Assert.Equal(0, time.ActiveTimers);

        static MirroringConfiguration WithUntil(MirroringConfiguration configuration, DateTimeOffset? until) =>
            configuration with
            {
                Shadows = [configuration.Shadows[0] with { Until = until }],
            };
    }

    [Fact]
    public async Task StartAsync_OfMirroringThatIsDisabled_SaysWhatIsCopiedWhenItIsEnabled()
    {
        await using var services = TestHosting.Services(
            AddLogger,
            builder => builder.ConfigureShadowClient("shadow", _ => { }).AddTransform("shadow", _ => { }),
            options =>
            {
                options.Enabled = false;
                options.MirrorTo("http://shadow.test");
            }
        );
        await TestHosting.Service(services).StartAsync(Token);
        Assert.Empty(_logger.Lines);

        Reload(services, configuration => configuration with { Enabled = true });
        Assert.Single(_logger.Of(EventIds.ShadowStarted));
        Assert.Single(_logger.Of(EventIds.WritesAreMirrored));
    }

    [Fact]
    public async Task Reload_ThatBringsAShadowBack_SaysSo()
    {
        await using var services = TestHosting.Services(
            AddLogger,
            options: options =>
            {
                options.MirrorTo("http://shadow.test");
                options.Shadows["v3"] = new ShadowOptions { Address = "http://v3.test" };
            }
        );
        await TestHosting.Service(services).StartAsync(Token);
        var shadows = services.GetRequiredService<ConfigurationMonitor>().Current.Shadows;

        Reload(services, configuration => configuration with { Shadows = shadows[..1] });
        Reload(services, configuration => configuration with { Shadows = shadows });

        Assert.Equal(
            [false, true, true],
            _logger.Of(EventIds.ShadowStarted).Select(line => line.Message.Contains("v3", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task StartedAsync_WithAnEndpointForNoShadow_SaysSoOnce()
    {
        var endpoints = new DefaultEndpointDataSource(
            Endpoint(new TrafficMirroringAttribute("v9", 5), new TrafficMirroringAttribute(5)),
            Endpoint(new TrafficMirroringAttribute("v9", 0)),
            Endpoint(new TrafficMirroringAttribute("shadow", 5)),
            Endpoint()
        );
        await using var services = TestHosting.Services(collection =>
        {
            AddLogger(collection);
            collection.AddSingleton<EndpointDataSource>(endpoints);
        });
        var service = TestHosting.Service(services);
        await service.StartAsync(Token);
        Assert.Empty(_logger.Of(EventIds.UnknownShadowEndpoint));

        await service.StartedAsync(Token);

        var line = Assert.Single(_logger.Of(EventIds.UnknownShadowEndpoint));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("v9", line.Message, StringComparison.Ordinal);

        static Endpoint Endpoint(params object[] metadata) =>
            new(requestDelegate: null, new EndpointMetadataCollection(metadata), "");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task StartedAsync_WithoutTheMiddleware_SaysThatNothingIsMirrored(bool isUsed, int warnings)
    {
        await using var services = TestHosting.Services(AddLogger);
        if (isUsed)
        {
            _ = TestHosting.Pipeline(services, _ => Task.CompletedTask);
        }

        var service = TestHosting.Service(services);
        await service.StartingAsync(Token);
        await service.StartAsync(Token);
        await service.StartedAsync(Token);

        Assert.Equal(warnings, _logger.Of(EventIds.NotInThePipeline).Length);
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

    [Fact]
    public async Task StartedAsync_WithAnAddressOfTheServersOwn_SaysSoOnceForEachThatIsNew()
    {
        var addresses = Substitute.For<IServerAddressesFeature>();
        addresses.Addresses.Returns([]);
        var features = new FeatureCollection();
        features.Set(addresses);
        var server = Substitute.For<IServer>();
        server.Features.Returns(features);
        await using var services = TestHosting.Services(
            collection =>
            {
                AddLogger(collection);
                collection.AddSingleton(server);
            },
            mirroring: null,
            options => options.MirrorTo("http://localhost:5000")
        );
        var service = TestHosting.Service(services);

        await service.StartAsync(Token);
        Assert.Empty(_logger.Of(EventIds.AddressIsOwn));
        addresses.Addresses.Returns(["http://*:5000", "http://*:5001"]);
        await service.StartedAsync(Token);
        Assert.Contains(
            "http://localhost:5000",
            Assert.Single(_logger.Of(EventIds.AddressIsOwn)).Message,
            StringComparison.Ordinal
        );

        SetAddress("http://orders.test");
        Assert.Single(_logger.Of(EventIds.AddressIsOwn));
        SetAddress("http://127.0.0.1:5001");
        SetAddress("http://127.0.0.1:5001");
        Assert.Equal(2, _logger.Of(EventIds.AddressIsOwn).Length);

        void SetAddress(string address) =>
            Reload(services, current => current with { Shadows = [current.Shadows[0] with { Address = address }] });
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

    private static void Reload(IServiceProvider services, Func<MirroringConfiguration, MirroringConfiguration> change)
    {
        var monitor = services.GetRequiredService<ConfigurationMonitor>();
        monitor.Replace(change(monitor.Current));
    }

    private void AddLogger(IServiceCollection services) =>
        services.AddSingleton<ILogger<TrafficMirroringService>>(_logger);
}
