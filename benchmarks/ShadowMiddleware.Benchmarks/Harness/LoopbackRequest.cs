namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A request, and how the app reads its body.</summary>
public enum LoopbackRequest
{
    /// <summary>No body.</summary>
    Get,

    /// <summary>1 KB, read by <c>Request.Body</c>.</summary>
    Post1KByBody,

    /// <summary>1 KB, read by <c>Request.BodyReader</c>.</summary>
    Post1KByBodyReader,
}
