using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Explaining;

/// <summary>The app's endpoints, with all that routing asks of them and nothing that could be run.</summary>
internal sealed class InertEndpoints : EndpointDataSource
{
    private static readonly object _ran = new();

    // Nobody calls it but routing itself.
    private static readonly RequestDelegate _note = static context =>
    {
        context.Items[_ran] = true;
        return Task.CompletedTask;
    };

    private readonly EndpointDataSource _real;

    public InertEndpoints(EndpointDataSource real) => _real = real;

    public override IReadOnlyList<Endpoint> Endpoints => [.. _real.Endpoints.Select(Disarm)];

    public override IChangeToken GetChangeToken() => _real.GetChangeToken();

    /// <summary>Whether routing has run the endpoint at once, as one asks for that ends there (<c>ShortCircuit</c>). Leaves no trace of it.</summary>
    public static bool TakeRun(HttpContext context) => context.Items.Remove(_ran);

    private static Endpoint Disarm(Endpoint endpoint) =>
        endpoint is RouteEndpoint route
            ? new RouteEndpoint(_note, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(_note, endpoint.Metadata, endpoint.DisplayName);
}
