namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A request, and how the app reads its body. Not every size in every way: what differs from way to way shows at two sizes.</summary>
public enum MeasuredRequest
{
    /// <summary>No body.</summary>
    Get,

    /// <summary>500 B, read as JSON.</summary>
    Post500BAsJson,

    /// <summary>1 KB, read as JSON.</summary>
    Post1KAsJson,

    /// <summary>1 KB, copied out of the stream.</summary>
    Post1KByCopyTo,

    /// <summary>1 KB, read by the pipe.</summary>
    Post1KByBodyReader,

    /// <summary>4 KB, read as JSON.</summary>
    Post4KAsJson,

    /// <summary>64 KB, read as JSON.</summary>
    Post64KAsJson,

    /// <summary>64 KB, copied out of the stream.</summary>
    Post64KByCopyTo,

    /// <summary>64 KB, read by the pipe.</summary>
    Post64KByBodyReader,

    /// <summary>1 MB, read as JSON.</summary>
    Post1MAsJson,

    /// <summary>1 MB, copied out of the stream.</summary>
    Post1MByCopyTo,
}
