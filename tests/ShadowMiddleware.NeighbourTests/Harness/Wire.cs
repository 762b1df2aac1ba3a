namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>The version of HTTP, in clear text, that a client speaks.</summary>
public enum Wire
{
    Http1,
    Http2,
}
