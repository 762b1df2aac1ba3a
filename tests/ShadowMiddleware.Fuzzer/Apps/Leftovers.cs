using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>Looks for parts of the library in a request that has left its middleware: whoever comes next must find what was there before.</summary>
internal static class Leftovers
{
    public static string? In(HttpContext context) =>
        Find(context.Features.Get<IHttpRequestFeature>()?.Body)
        ?? Find(context.Features.Get<IRequestBodyPipeFeature>())
        ?? Find(context.Features.Get<IHttpResponseBodyFeature>())
        ?? Find(context.Features.Get<IHttpResponseBodyFeature>()?.Stream);

    private static string? Find(object? part) =>
        part?.GetType() is { } type && type.Assembly == typeof(TrafficMirroringOptions).Assembly ? type.Name : null;
}
