using ShadowMiddleware;

#pragma warning disable IDE0130 // Where people look for With…
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Says for endpoints what share of their requests is copied, and whether they only read.</summary>
public static class TrafficMirroringEndpointConventionBuilderExtensions
{
    /// <summary>Copies a share of an endpoint's requests to all shadows, in the place of the rules and the percent of the configuration.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="percent">The share in percent, 0 to 100, fractions allowed. 0 skips all, with the reason <c>endpoint</c>.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>The middleware has to stand behind routing, which with <see cref="WebApplication"/> it does unless <c>UseRouting</c> is called behind it; then a warning says so at the start.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    public static TBuilder WithTrafficMirroring<TBuilder>(this TBuilder builder, double percent)
        where TBuilder : IEndpointConventionBuilder => Add(builder, new TrafficMirroringAttribute(percent));

    /// <summary>Copies a share of an endpoint's requests to one shadow, in the place of the rules and the percent of the configuration.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="shadow">The name of the shadow. One that is not configured has no effect, and a warning says so at the start.</param>
    /// <param name="percent">The share in percent, 0 to 100, fractions allowed. 0 skips all, with the reason <c>endpoint</c>.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>It beats a percent for all shadows. The middleware has to stand behind routing.</remarks>
    /// <exception cref="ArgumentException"><paramref name="shadow"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    public static TBuilder WithTrafficMirroring<TBuilder>(this TBuilder builder, string shadow, double percent)
        where TBuilder : IEndpointConventionBuilder => Add(builder, new TrafficMirroringAttribute(shadow, percent));

    /// <summary>Keeps the requests of an endpoint from every shadow; they are skipped as <c>endpoint</c>.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>It holds whatever else the endpoint or its group says. The middleware has to stand behind routing.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    public static TBuilder DisableTrafficMirroring<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => Add(builder, new DisableTrafficMirroringAttribute());

    /// <summary>Says that the requests of an endpoint change nothing, whatever their method: <c>Writes</c> takes them for reads.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>For queries that are sent by POST: a search, GraphQL, a report. The middleware has to stand behind routing.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    public static TBuilder MirrorAsRead<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => Add(builder, new MirrorAsReadAttribute());

    private static TBuilder Add<TBuilder>(TBuilder builder, Attribute metadata)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }
}
