using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Hosting;

/// <summary>Tells responses that may go on for hours, by their media type.</summary>
internal static class StreamedResponse
{
    private const string EventStream = "text/event-stream";

    /// <summary>Whether a response that starts is an event stream, or that of a gRPC call, which does not say how many messages it will have.</summary>
    /// <param name="response">The response, with its fields as they are sent.</param>
    /// <param name="isGrpc">Whether the request is a gRPC call.</param>
    public static bool IsIn(HttpResponse response, bool isGrpc) =>
        response.Headers.ContentType is { Count: 1 } type
        && (IsEventStream(type[0]) || (isGrpc && GrpcContentType.Matches(type)));

    private static bool IsEventStream(string? type) =>
        type is not null
        && type.StartsWith(EventStream, StringComparison.OrdinalIgnoreCase)
        && type.AsSpan(EventStream.Length).TrimStart() is [] or [';', ..];
}
