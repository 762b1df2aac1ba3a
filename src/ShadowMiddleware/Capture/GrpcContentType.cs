using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Capture;

/// <summary>How gRPC is told from everything else: by its media type, as its servers and clients tell it.</summary>
internal static class GrpcContentType
{
    private const string MediaType = "application/grpc";

    /// <summary>Whether the values of a Content-Type field are those of gRPC: <c>application/grpc</c>, with or without <c>+proto</c> and the like.</summary>
    public static bool Matches(StringValues values) =>
        values.Count == 1
        && values[0] is { } value
        && value.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)
        && (value.Length == MediaType.Length || value[MediaType.Length] is '+' or ';');
}
