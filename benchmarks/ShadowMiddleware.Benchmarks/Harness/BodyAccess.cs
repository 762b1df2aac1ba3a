namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>How an app reads a request's body.</summary>
public enum BodyAccess
{
    /// <summary>By <c>Request.Body</c>: streams, forms.</summary>
    Body,

    /// <summary>By <c>Request.BodyReader</c>: JSON.</summary>
    BodyReader,
}
