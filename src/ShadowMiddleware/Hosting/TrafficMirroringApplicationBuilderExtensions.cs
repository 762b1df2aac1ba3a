using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Selection;

#pragma warning disable IDE0130 // Where people look for Use…
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Puts traffic mirroring into an app's pipeline.</summary>
public static class TrafficMirroringApplicationBuilderExtensions
{
    /// <summary>
    /// Copies requests that pass here to the shadows that <c>AddTrafficMirroring</c> configured. The app answers its clients as if
    /// nothing were there.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <returns>The same app.</returns>
    /// <remarks>
    /// Put it first, or right after what must not be mirrored: middleware that runs earlier answers without a copy. A second call
    /// is harmless: a request is copied once. What endpoints say is seen behind routing, which a <see cref="WebApplication"/> has in front unless
    /// <c>UseRouting</c> is called; claims are seen behind authentication. A warning at the start says what is called behind this and should not be.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException"><c>AddTrafficMirroring</c> was not called.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration has faults; the message lists them all.</exception>
    public static IApplicationBuilder UseTrafficMirroring(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);

        // Resolved here, so that a bad configuration stops the start and no request resolves anything.
        var services = app.ApplicationServices;
        var directory =
            services.GetService<ShadowDirectory>()
            ?? throw new InvalidOperationException(
                "UseTrafficMirroring was called without AddTrafficMirroring. Add builder.Services.AddTrafficMirroring(...) before builder.Build()."
            );
        NoteHubs(services);
        services.GetRequiredService<PipelinePlaces>().Add(new PipelinePlace(app));
        var selector = services.GetRequiredService<MirrorSelector>();
        var handOver = services.GetRequiredService<CopyHandOver>();
        var pool = services.GetRequiredService<BlockPool>();
        var rescue = services.GetRequiredService<BodyRescue>();
        return app.Use(next =>
            new TrafficMirroringMiddleware(next, directory, selector, handOver, pool, rescue).Invoke
        );
    }

    // SignalR and Blazor Server add these options with the rest of what their connections need. An app without them does not pay for looking at endpoints.
    private static void NoteHubs(IServiceProvider services)
    {
        if (services.GetServices<IConfigureOptions<ConnectionOptions>>().Any())
        {
            EndpointMetadataUse.Note();
        }
    }
}
