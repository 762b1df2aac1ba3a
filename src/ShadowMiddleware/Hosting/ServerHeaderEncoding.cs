using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ShadowMiddleware.Hosting;

/// <summary>The encoding by which the app's server read the header fields of requests.</summary>
internal static class ServerHeaderEncoding
{
    /// <summary>The encoding of a field by its name; <see langword="null"/> stands for UTF-8, as it does for Kestrel.</summary>
    // Another server does not read with Kestrel's options, and what the app configures in them may only work where Kestrel runs:
    // certificates that a test host does not have, for instance.
    public static Func<string, Encoding?> Find(IServiceProvider services) =>
        services.GetService<IServer>()?.GetType().Assembly == typeof(KestrelServerOptions).Assembly
            ? services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.RequestHeaderEncodingSelector
            : static _ => null;
}
