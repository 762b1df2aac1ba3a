using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShadowMiddleware;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Explaining;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Sending;

#pragma warning disable IDE0130 // Where people look for Add…
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Adds the services of traffic mirroring.</summary>
public static class TrafficMirroringServiceCollectionExtensions
{
    /// <summary>Adds traffic mirroring, configured by a section and reloaded with it.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">The section, <c>builder.Configuration.GetSection("TrafficMirroring")</c> for instance.</param>
    /// <returns>The place to configure what goes beyond options.</returns>
    /// <remarks>The section is read when the app starts. A fault in it stops the start; one that a reload brings changes nothing.</remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static ITrafficMirroringBuilder AddTrafficMirroring(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);

        return Add(services, Source(section));
    }

    /// <summary>Adds traffic mirroring, configured by code.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the options. Called once, when the app starts.</param>
    /// <returns>The place to configure what goes beyond options.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static ITrafficMirroringBuilder AddTrafficMirroring(
        this IServiceCollection services,
        Action<TrafficMirroringOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        return Add(services, Source(configure));
    }

    /// <summary>Adds traffic mirroring, configured by a section and then by code.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">The section, <c>builder.Configuration.GetSection("TrafficMirroring")</c> for instance.</param>
    /// <param name="configure">Changes what the section says. Called when the app starts and again on each reload of the section.</param>
    /// <returns>The place to configure what goes beyond options.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static ITrafficMirroringBuilder AddTrafficMirroring(
        this IServiceCollection services,
        IConfiguration section,
        Action<TrafficMirroringOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(configure);

        return Add(services, Source(section), Source(configure));
    }

    private static TrafficMirroringBuilder Add(
        IServiceCollection services,
        params ReadOnlySpan<ServiceDescriptor> sources
    )
    {
        foreach (var source in sources)
        {
            services.Add(source);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new BoundsClock(TimeProvider.System));
        services.TryAddSingleton<ConfigurationMonitor>();
        services.TryAddSingleton(OnBoundsClock<TrafficMirroringLedger>);
        services.TryAddSingleton<ITrafficMirroringLedger>(static provider =>
            provider.GetRequiredService<TrafficMirroringLedger>()
        );
        services.TryAddSingleton<ISampler>(static _ => new RandomSampler(Random.Shared));
        services.TryAddSingleton<SelectionFaults>();
        services.TryAddSingleton<MirrorSelector>();
        services.TryAddSingleton<ResponseSelector>();
        services.TryAddSingleton<CopyHandOver>();
        services.TryAddSingleton(static provider => new ByteBudget(
            provider.GetRequiredService<ConfigurationMonitor>().Current.MaxBufferedBytes
        ));
        services.TryAddSingleton(static provider => new BlockPool(
            provider.GetRequiredService<ByteBudget>(),
            provider.GetService<IMemoryPoolFactory<byte>>()
        ));
        services.TryAddSingleton(static provider => new BodyRescue(KestrelOptions.Find(provider)?.Limits));
        services.TryAddSingleton(static provider => new TraceFields([
            DistributedContextPropagator.Current,
            .. provider.GetServices<DistributedContextPropagator>(),
        ]));
        services.TryAddSingleton<RequestTransforms>();
        services.TryAddSingleton<PipelinePlaces>();
        services.TryAddSingleton<MirroredEndpoints>();
        services.TryAddSingleton<OwnAddresses>();
        services.TryAddSingleton<HostBounds>();
        AddConnecting(services);
        services.TryAddSingleton<IShadowSenderFactory>(OnBoundsClock<ShadowSenderFactory>);
        services.TryAddSingleton<DispatchPause>();
        services.TryAddSingleton<ServerBodyLimit>();
        services.TryAddSingleton(OnBoundsClock<ShadowDirectory>);
        services.TryAddSingleton<RequestExplainer>();
        services.TryAddSingleton<EndpointFinder>();
        services.TryAddSingleton<ITrafficMirroringControl, TrafficMirroringControl>();
        services.TryAddSingleton<IProcessorLoad>(OnBoundsClock<ProcessorLoad>);
        services.TryAddSingleton<IPressureProtection>(OnBoundsClock<PressureProtection>);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrafficMirroringService>());
        ShadowClientRegistration.AddDefault(services);
        return new TrafficMirroringBuilder(services);
    }

    private static void AddConnecting(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new ConnectionLimits(
            () => provider.GetRequiredService<ConfigurationMonitor>().Current,
            provider.GetRequiredService<TrafficMirroringLedger>()
        ));
        services.TryAddSingleton(static provider => new BackgroundWorkers(
            provider.GetRequiredService<ILogger<BackgroundWorkers>>(),
            TimeProvider.System
        ));
        services.TryAddSingleton(OnBoundsClock<ConnectionPlaces>);
        services.TryAddSingleton(static _ => new NameResolver(new SystemHostLookup(), TimeProvider.System));
        services.TryAddSingleton(static _ => new AddressRace(
            new SocketDialer(),
            new AddressOrder(TimeProvider.System),
            TimeProvider.System
        ));
        services.TryAddSingleton(OnBoundsClock<ShadowConnector>);
    }

    // Its TimeProvider is the clock of bounds, and not the app's.
    private static T OnBoundsClock<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        IServiceProvider provider
    ) => ActivatorUtilities.CreateInstance<T>(provider, provider.GetRequiredService<BoundsClock>().Time);

    // The section alone cannot see two names that differ in case only; the app's whole configuration can.
    private static ServiceDescriptor Source(IConfiguration section) =>
        ServiceDescriptor.Singleton<IOptionsSource>(provider => new SectionSource(
            section,
            provider.GetService<IConfiguration>()
        ));

    private static ServiceDescriptor Source(Action<TrafficMirroringOptions> configure) =>
        ServiceDescriptor.Singleton<IOptionsSource>(new CodeSource(configure));
}
