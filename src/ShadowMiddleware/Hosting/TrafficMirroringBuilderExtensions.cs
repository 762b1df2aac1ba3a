using ShadowMiddleware;
using ShadowMiddleware.Hosting;

#pragma warning disable IDE0130 // Next to AddTrafficMirroring
namespace Microsoft.Extensions.DependencyInjection;

#pragma warning restore IDE0130

/// <summary>Configures what goes beyond options.</summary>
public static partial class TrafficMirroringBuilderExtensions
{
    /// <summary>Configures the HTTP client that sends copies to one shadow: handlers, certificates, resilience.</summary>
    /// <param name="builder">What <c>AddTrafficMirroring</c> returned.</param>
    /// <param name="shadow">The name of the shadow.</param>
    /// <param name="configure">Receives the client's real builder, after the library's own settings were applied to it.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// What the app gives to all its clients, with <c>ConfigureHttpClientDefaults</c> or <c>ConfigureAll</c>, does not apply to shadows:
    /// retries would repeat writes. A handler added here runs on a background thread, without a request. A primary handler that is put in place here gets the
    /// library's settings when it is a <see cref="SocketsHttpHandler"/> or an <see cref="HttpClientHandler"/>: no cookies, redirects, credentials or proxy of the environment.
    /// They are set on that very instance, so give the shadow a handler of its own: a client of the app's that shares it would lose all that as well.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static ITrafficMirroringBuilder ConfigureShadowClient(
        this ITrafficMirroringBuilder builder,
        string shadow,
        Action<IHttpClientBuilder> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(shadow);
        ArgumentNullException.ThrowIfNull(configure);

        configure(ShadowClientRegistration.AddOwn(builder.Services, shadow));
        return builder;
    }
}
