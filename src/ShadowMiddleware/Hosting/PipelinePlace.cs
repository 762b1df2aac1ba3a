using Microsoft.AspNetCore.Builder;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// Where one <c>UseTrafficMirroring</c> stands. ASP.NET Core notes in the properties of an app that <c>UseRouting</c> and <c>UseAuthentication</c> were called, for its own checks of the order:
/// what is there later and was not at the call stands behind the middleware.
/// </summary>
internal sealed class PipelinePlace
{
    // UseRouting and UseAuthentication set them; UseAuthorization and UseEndpoints read them.
    private const string RoutingKey = "__EndpointRouteBuilder";
    private const string AuthenticationKey = "__AuthenticationMiddlewareSet";

    private readonly IDictionary<string, object?> _properties;
    private readonly bool _hadRouting;
    private readonly bool _hadAuthentication;

    public PipelinePlace(IApplicationBuilder app)
    {
        _properties = app.Properties;
        _hadRouting = _properties.ContainsKey(RoutingKey);
        _hadAuthentication = _properties.ContainsKey(AuthenticationKey);
    }

    public bool IsBeforeRouting => !_hadRouting && _properties.ContainsKey(RoutingKey);

    public bool IsBeforeAuthentication => !_hadAuthentication && _properties.ContainsKey(AuthenticationKey);
}
