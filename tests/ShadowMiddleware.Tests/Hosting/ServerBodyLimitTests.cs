using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class ServerBodyLimitTests
{
    [Theory]
    [InlineData(30_000_000L, 1_048_576L, "up to 30000000 bytes")]
    [InlineData(101L, 100L, "up to 101 bytes")]
    [InlineData(100L, 100L, null)]
    [InlineData(99L, 100L, null)]
    [InlineData(null, 100L, "any number of bytes")]
    public async Task Start_WhereTheServerTakesLongerBodiesThanTheShadow_SaysSo(long? server, long shadow, string? said)
    {
        var logger = new RecordingLogger<TrafficMirroringService>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = server);
        builder.Services.AddSingleton<ILogger<TrafficMirroringService>>(logger);
        builder.Services.AddTrafficMirroring(options => options.MirrorTo("http://shadow.test").MaxBodyBytes = shadow);
        await using var app = builder.Build();

        await TestHosting.Service(app.Services).StartAsync(TestContext.Current.CancellationToken);

        var lines = logger.Of(EventIds.LongBodiesAreLeftOut);
        Assert.Equal(said is null ? 0 : 1, lines.Length);
        Assert.All(lines, line => Assert.Equal(LogLevel.Information, line.Level));
        Assert.All(lines, line => Assert.Contains($"the server takes {said}.", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void DescribeAbove_OnAnotherServer_SaysNothing()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        Assert.Null(new ServerBodyLimit(services).DescribeAbove(0));
    }
}
