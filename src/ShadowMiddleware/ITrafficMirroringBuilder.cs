using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware;

/// <summary>What <c>AddTrafficMirroring</c> returns: the place to configure what goes beyond options.</summary>
public interface ITrafficMirroringBuilder
{
    /// <summary>The services of the app.</summary>
    IServiceCollection Services { get; }
}
