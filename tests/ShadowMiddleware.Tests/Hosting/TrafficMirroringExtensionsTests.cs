using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class TrafficMirroringExtensionsTests
{
    [Fact]
    public void UseTrafficMirroring_WithoutAdd_SaysExactlyThat()
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();

        var exception = Assert.Throws<InvalidOperationException>(() =>
            new ApplicationBuilder(services).UseTrafficMirroring()
        );

        Assert.Contains("UseTrafficMirroring", exception.Message, StringComparison.Ordinal);
        Assert.Contains("without AddTrafficMirroring", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UseTrafficMirroring_OnAContainerThatCannotTellItsServices_Works()
    {
        using var services = TestHosting.Services();

        var pipeline = TestHosting.Pipeline(new PlainContainer(services), _ => Task.CompletedTask);

        Assert.NotNull(pipeline);
    }

    [Fact]
    public void UseTrafficMirroring_OfABadConfiguration_ThrowsWithEveryFault()
    {
        using var services = TestHosting.Services(options: options =>
            options.MirrorTo("ftp://shadow.test", percent: 101)
        );

        var exception = Assert.ThrowsAny<OptionsValidationException>(() =>
            new ApplicationBuilder(services).UseTrafficMirroring()
        );

        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public async Task UseTrafficMirroring_Twice_CountsARequestOnce()
    {
        using var services = TestHosting.Services(options: options =>
            options.MirrorTo("http://shadow.test", percent: 0)
        );
        var calls = 0;
        var pipeline = new ApplicationBuilder(services)
            .UseTrafficMirroring()
            .UseTrafficMirroring()
            .Use(
                (HttpContext _, RequestDelegate _) =>
                {
                    calls++;
                    return Task.CompletedTask;
                }
            )
            .Build();

        await pipeline(new FakeServer().CreateContext());

        Assert.Equal(1, calls);
        var ledger = services.GetRequiredService<ITrafficMirroringLedger>().GetSnapshot().Shadows["shadow"];
        LedgerAssert.Only(ledger.Skipped, "not_sampled", 1);
    }

    [Fact]
    public void AddTrafficMirroring_Twice_StartsOneService()
    {
        var services = new ServiceCollection().AddLogging();

        var builder = services.AddTrafficMirroring(TestHosting.Mirror);
        services.AddTrafficMirroring(options => options.Shadows["shadow"].Percent = 5);
        using var provider = services.BuildServiceProvider();

        Assert.Same(services, builder.Services);
        Assert.Single(provider.GetServices<IHostedService>().OfType<TrafficMirroringService>());
        Assert.Equal(5, TestHosting.Route(provider).Configuration.Percent);
    }

    [Fact]
    public void AddTrafficMirroring_OfASectionAndCode_AppliesTheCodeLast()
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Shadows:v2:Address"] = "http://shadow.test/base/",
                    ["Shadows:v2:Percent"] = "20",
                    ["Shadows:v2:MaxConcurrency"] = "3",
                }
            )
            .Build();
        var services = new ServiceCollection().AddLogging();

        services.AddTrafficMirroring(section, options => options.Shadows["v2"].Percent = 40);
        using var provider = services.BuildServiceProvider();

        var shadow = TestHosting.Route(provider).Configuration;
        Assert.Equal(("http://shadow.test/base", 40d, 3), (shadow.Address, shadow.Percent, shadow.MaxConcurrency));
    }

    [Fact]
    public async Task AddTrafficMirroring_OfASection_FollowsItsReload()
    {
        var values = new Dictionary<string, string?> { ["Shadows:v2:Address"] = "http://shadow.test" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddTrafficMirroring(configuration);
        await using var provider = services.BuildServiceProvider();
        var directory = provider.GetRequiredService<ShadowDirectory>();

        configuration["Shadows:v3:Address"] = "http://shadow.test";
        configuration["Shadows:v2:Percent"] = "101";
        configuration.Reload();
        Assert.Single(directory.Current.All);

        configuration["Shadows:v2:Percent"] = "7";
        configuration.Reload();
        Assert.Equal(["v2", "v3"], directory.Current.All.Select(route => route.Configuration.Name).Order());
    }

    [Fact]
    public async Task Services_OfAnApp_AreDisposedWithIt()
    {
        var services = TestHosting.Services();
        var dispatcher = TestHosting.Route(services).Dispatcher;
        services.GetRequiredService<BlockPool>();

        await services.DisposeAsync();

        Assert.Equal(DispatcherState.Stopped, dispatcher.State);
    }

    [Fact]
    public void Arguments_ThatAreNull_AreNamed()
    {
        var services = new ServiceCollection();
        var section = new ConfigurationBuilder().Build();
        var builder = services.AddTrafficMirroring(TestHosting.Mirror);

        AssertNull("services", () => ((IServiceCollection)null!).AddTrafficMirroring(section));
        AssertNull("services", () => ((IServiceCollection)null!).AddTrafficMirroring(TestHosting.Mirror));
        AssertNull("services", () => ((IServiceCollection)null!).AddTrafficMirroring(section, TestHosting.Mirror));
        AssertNull("section", () => services.AddTrafficMirroring((IConfiguration)null!));
        AssertNull("section", () => services.AddTrafficMirroring(null!, TestHosting.Mirror));
        AssertNull("configure", () => services.AddTrafficMirroring((Action<TrafficMirroringOptions>)null!));
        AssertNull("configure", () => services.AddTrafficMirroring(section, null!));
        AssertNull("app", () => ((IApplicationBuilder)null!).UseTrafficMirroring());
        AssertNull("builder", () => ((ITrafficMirroringBuilder)null!).ConfigureShadowClient("v2", _ => { }));
        AssertNull("shadow", () => builder.ConfigureShadowClient(null!, _ => { }));
        AssertNull("configure", () => builder.ConfigureShadowClient("v2", null!));
    }

    [Fact]
    public void AddTransform_OfAnAsyncLambda_IsRefused()
    {
        var builder = new ServiceCollection().AddTrafficMirroring(TestHosting.Mirror);
        Action<MirroredRequest> all = _ => { };
#pragma warning disable VSTHRD101, AsyncFixer03, MA0147 // What is refused
        all += async _ => await Task.Yield();
#pragma warning restore VSTHRD101, AsyncFixer03, MA0147

        Assert.Contains("async", Refused(() => builder.AddTransform(all)), StringComparison.Ordinal);
        Assert.Contains("async", Refused(() => builder.AddTransform("v2", all)), StringComparison.Ordinal);

        static string Refused(Func<object> call) =>
            Assert.Throws<ArgumentException>("transform", () => _ = call()).Message;
    }

    private static void AssertNull(string parameter, Func<object> call) =>
        Assert.Throws<ArgumentNullException>(parameter, () => _ = call());

    /// <summary>A container of another make, as far as the contract obliges it.</summary>
    private sealed class PlainContainer(IServiceProvider inner) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IServiceProviderIsService) ? null : inner.GetService(serviceType);
    }
}
