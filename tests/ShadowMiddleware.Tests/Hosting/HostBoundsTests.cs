using Microsoft.AspNetCore.HostFiltering;
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
}
