using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>A response with a tee in front of it. Each test ends with a look at the pool: whatever happened, everything came back.</summary>
public abstract class ResponseTeeTest : IDisposable
{
    private readonly Lazy<(HttpContext Context, ResponseBodyTee Tee)> _begun;

    protected ResponseTeeTest()
    {
        Pool = new BlockPool(Budget, Memory);
        _begun = new(() =>
        {
            var context = FakeResponse.Context(Response, Inner);
            ConfigureContext?.Invoke(context);
            return (context, ResponseBodyTee.Begin(context, Pool, MaxBytes));
        });
    }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected CountingMemoryPool Memory { get; } = new();

    private protected ByteBudget Budget { get; } = new(1024 * 1024);

    private protected BlockPool Pool { get; }

    private protected FakeResponse Response { get; } = new();

    /// <summary>What stands in front of the server; nothing when it is <see langword="null"/>.</summary>
    private protected IHttpResponseBodyFeature? Inner { get; set; }

    private protected Action<HttpContext>? ConfigureContext { get; set; }

    private protected long MaxBytes { get; set; } = 100_000;

    private protected HttpContext Context => _begun.Value.Context;

    /// <summary>The tee, put in place on its first use.</summary>
    private protected ResponseBodyTee Tee => _begun.Value.Tee;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the request; the captured bytes, which are given back, or <see langword="null"/>.</summary>
    private protected byte[]? End(bool returned = true)
    {
        var body = Tee.End(Context, returned);
        if (body is null)
        {
            return null;
        }

        var bytes = Bytes.In(body);
        body.Release();
        return bytes;
    }

    protected virtual void Dispose(bool disposing)
    {
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Equal(0, Budget.Used);
        Pool.Dispose();
        Memory.Dispose();
    }
}
