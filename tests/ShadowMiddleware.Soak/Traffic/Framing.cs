namespace ShadowMiddleware.Soak.Traffic;

/// <summary>How a request says where its body ends.</summary>
internal enum Framing
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary><c>Content-Length</c>.</summary>
    Length,

    /// <summary>Chunks on HTTP/1.1, the end of the stream on HTTP/2.</summary>
    Open,
}
