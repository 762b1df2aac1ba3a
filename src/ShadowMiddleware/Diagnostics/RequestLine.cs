using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Diagnostics;

/// <summary>What a message says of a request: its method and its target, as the client wrote them. Costs nothing until a message is written.</summary>
internal readonly record struct RequestLine(string? Method, string? Target)
{
    /// <summary>Never throws, whatever the app has put in place of the server's features.</summary>
    public static RequestLine Of(HttpContext context)
    {
        try
        {
            return context.Features.Get<IHttpRequestFeature>() is { } request
                ? new(request.Method, request.RawTarget)
                : default;
        }
        catch (Exception)
        {
            return default;
        }
    }
}
