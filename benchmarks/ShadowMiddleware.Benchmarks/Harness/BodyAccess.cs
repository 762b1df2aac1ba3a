namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>How an app reads a request's body.</summary>
internal enum BodyAccess
{
    /// <summary>As an object, by <c>ReadFromJsonAsync</c>, as the binding of parameters does.</summary>
    Json,

    /// <summary>By <c>Request.Body.CopyToAsync</c>.</summary>
    CopyTo,

    /// <summary>By <c>Request.BodyReader</c>.</summary>
    BodyReader,
}
