using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A request that goes through a pipeline again and again.</summary>
internal interface IRepeatedRequest
{
    HttpContext Context { get; }

    /// <summary>Makes it look as if it had just arrived.</summary>
    void Rewind();
}
