using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A held request whose body arrives anew each time. All but the body is the server's.</summary>
internal sealed class ReplayedRequest : IRepeatedRequest
{
    private readonly HeldRequest _held;
    private readonly ReplayedRequestFeature _feature;

    public ReplayedRequest(HeldRequest held, byte[] body)
    {
        _held = held;
        var features = held.Context.Features;
        _feature = new ReplayedRequestFeature(features.GetRequiredFeature<IHttpRequestFeature>(), body);
        Context = new DefaultHttpContext(new ReplayedFeatures(features, _feature));
    }

    public HttpContext Context { get; }

    public void Rewind()
    {
        _held.Rewind();
        _feature.Rewind();
    }
}
