using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class HostBoundsTests
{
    [Theory]
    [InlineData(HostHeaderMode.Original, "", true)]
    [InlineData(HostHeaderMode.Original, "*", true)]
    [InlineData(HostHeaderMode.OriginalWithShadowSuffix, "foo.com;*", true)]
    [InlineData(HostHeaderMode.Original, "[::]", true)]
    [InlineData(HostHeaderMode.Original, "0.0.0.0", true)]
    [InlineData(HostHeaderMode.Original, "foo.com;*.bar.com", false)]
    [InlineData(HostHeaderMode.Destination, "*", false)]
    public async Task StartAsync_WithTheClientsHost_WarnsWhereNothingBoundsIt(
        HostHeaderMode mode,
        string allowed,
        bool warns
    )
    {
        var logger = new RecordingLogger<TrafficMirroringService>();
        await using var services = TestHosting.Services(
            before: services =>
                services
                    .AddSingleton<ILogger<TrafficMirroringService>>(logger)
                    .Configure<HostFilteringOptions>(filtering =>
                        filtering.AllowedHosts = allowed.Split(';', StringSplitOptions.RemoveEmptyEntries)
                    ),
            options: options => options.MirrorTo("http://shadow.test").HostHeader = mode
        );

        await TestHosting.Service(services).StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(warns ? 1 : 0, logger.Of(EventIds.HostIsTheClients).Length);
    }

    [Fact]
    public void IsMissing_WithARuleOnHosts_IsFalse()
    {
        using var services = TestHosting.Services(options: options =>
            options.MirrorTo("http://shadow.test").HostHeader = HostHeaderMode.Original
        );
        var bounds = services.GetRequiredService<HostBounds>();
        var shadow = TestHosting.Route(services).Configuration;

        Assert.True(bounds.IsMissing(shadow));
        Assert.False(bounds.IsMissing(shadow with { HasHostRule = true }));
    }

    [Theory]
    [InlineData(null, 5, true)]
    [InlineData("shadow", 5, true)]
    [InlineData("other", 5, false)]
    [InlineData(null, 0, false)]
    public void IsMissing_WithAnEndpointThatPassesTheRules_IsTrue(string? name, double percent, bool expected)
    {
        var share = name is null
            ? new TrafficMirroringAttribute(percent)
            : new TrafficMirroringAttribute(name, percent);
        var endpoint = new Endpoint(requestDelegate: null, new EndpointMetadataCollection(share), displayName: null);
        using var services = TestHosting.Services(
            before: services => services.AddSingleton<EndpointDataSource>(new DefaultEndpointDataSource(endpoint)),
            options: options =>
            {
                var shadow = options.MirrorTo("http://shadow.test", percent: 0);
                shadow.HostHeader = HostHeaderMode.Original;
                shadow.Rules.Add(new MirroringRule { Hosts = { "*.example.com" }, Percent = 100 });
            }
        );

        var isMissing = services.GetRequiredService<HostBounds>().IsMissing(TestHosting.Route(services).Configuration);

        Assert.Equal(expected, isMissing);
    }
}
