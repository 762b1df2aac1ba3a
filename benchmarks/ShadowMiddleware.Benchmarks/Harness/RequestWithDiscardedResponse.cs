using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A held request whose response goes nowhere.</summary>
internal sealed class RequestWithDiscardedResponse : IRepeatedRequest
{
    private readonly HeldRequest _held;
    private readonly DiscardedResponse _response = new();

    public RequestWithDiscardedResponse(HeldRequest held)
    {
        _held = held;
        _response.Install(held.Context);
    }

    public HttpContext Context => _held.Context;

    public void Rewind()
    {
        _held.Rewind();
        _response.Rewind();
    }
}
