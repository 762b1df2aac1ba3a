using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ShadowMiddleware.Hosting;

/// <summary>Finds the options of the server that the app runs on.</summary>
internal static class KestrelOptions
{
    /// <returns>
    /// <see langword="null"/> on another server, which does not go by them. What the app configures in them may only work where
    /// Kestrel runs: certificates that a test host does not have, for instance.
    /// </returns>
    public static KestrelServerOptions? Find(IServiceProvider services) =>
        services.GetService<IServer>()?.GetType().Assembly == typeof(KestrelServerOptions).Assembly
            ? services.GetRequiredService<IOptions<KestrelServerOptions>>().Value
            : null;
}
