using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Explaining;

/// <summary>The app's endpoints, with all that routing asks of them and nothing that could be run.</summary>
internal sealed class InertEndpoints : EndpointDataSource
{
    private static readonly RequestDelegate _nothing = static _ => Task.CompletedTask;
    private readonly EndpointDataSource _real;

    public InertEndpoints(EndpointDataSource real) => _real = real;

    public override IReadOnlyList<Endpoint> Endpoints => [.. _real.Endpoints.Select(Disarm)];

    public override IChangeToken GetChangeToken() => _real.GetChangeToken();

    private static Endpoint Disarm(Endpoint endpoint) =>
        endpoint is RouteEndpoint route
            ? new RouteEndpoint(_nothing, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(_nothing, endpoint.Metadata, endpoint.DisplayName);
}
