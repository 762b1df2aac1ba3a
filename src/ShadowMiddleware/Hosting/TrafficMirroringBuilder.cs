using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Hosting;

/// <inheritdoc cref="ITrafficMirroringBuilder" />
internal sealed record TrafficMirroringBuilder(IServiceCollection Services) : ITrafficMirroringBuilder;
