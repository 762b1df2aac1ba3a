using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Hosting;

/// <summary>Tells responses that may go on for hours, by their media type.</summary>
internal static class StreamedResponse
{
    private const string EventStream = "text/event-stream";
    private const string GrpcWeb = "application/grpc-web";

    /// <summary>Whether a response that starts is an event stream, or that of a call of gRPC or gRPC-Web, which does not say how many messages it will have.</summary>
    /// <param name="response">The response, with its fields as they are sent.</param>
    /// <param name="isGrpc">Whether the request is a gRPC call.</param>
    public static bool IsIn(HttpResponse response, bool isGrpc) =>
        response.Headers.ContentType is { Count: 1 } type
        && (IsEventStream(type[0]) || IsGrpcWeb(type[0]) || (isGrpc && GrpcContentType.Matches(type)));

    private static bool IsEventStream(string? type) =>
        type is not null
        && type.StartsWith(EventStream, StringComparison.OrdinalIgnoreCase)
        && type.AsSpan(EventStream.Length).TrimStart() is [] or [';', ..];

    // With its messages as they are or in base64, and the format of these behind a plus.
    private static bool IsGrpcWeb(string? type)
    {
        if (type is null || !type.StartsWith(GrpcWeb, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = type.AsSpan(GrpcWeb.Length);
        rest = rest.StartsWith("-text", StringComparison.OrdinalIgnoreCase) ? rest["-text".Length..] : rest;
        return rest.TrimStart() is [] or [';', ..] || rest is ['+', ..];
    }
}
