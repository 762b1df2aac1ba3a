using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>An app that writes into a response which takes everything and sends it nowhere, with the tee in front of it or not.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes the pool, and may throw."
)]
internal sealed class TeedPipeline
{
    public const int BatchSize = 128;
    private const long MaxBytes = 1024 * 1024;

    private readonly ByteBudget _budget = new(64 * MaxBytes);
    private readonly BlockPool _pool;
    private readonly DiscardedResponse _response = new();
    private readonly IMeasuredApp _app;
    private readonly int _responseBytes;

    public TeedPipeline(IMeasuredApp app, int responseBytes, IMemoryPoolFactory<byte> memoryPools)
    {
        _app = app;
        _responseBytes = responseBytes;
        _pool = new BlockPool(_budget, memoryPools);
    }

    public async Task RunBatchAsync(IRepeatedRequest request)
    {
        _response.Install(request.Context);
        for (var i = 0; i < BatchSize; i++)
        {
            _response.Rewind();
            await _app.InvokeAsync(request.Context);
        }
    }

    public async Task RunBatchTeedAsync(IRepeatedRequest request)
    {
        _response.Install(request.Context);
        for (var i = 0; i < BatchSize; i++)
        {
            _response.Rewind();
            var tee = ResponseBodyTee.Begin(request.Context, _pool, MaxBytes);
            await _app.InvokeAsync(request.Context);
            Release(tee.End(request.Context, returned: true));
        }
    }

    /// <summary>Throws when a buffer was not given back.</summary>
    public void VerifyAndDispose()
    {
        _pool.Dispose();
        if (_budget.Used != 0)
        {
            throw new InvalidOperationException($"{_budget.Used} bytes of captured bodies were not given back.");
        }
    }

    private void Release(PooledBodyBuffer? body)
    {
        if (body?.Length != _responseBytes)
        {
            throw new InvalidOperationException($"{body?.Length} bytes of {_responseBytes} were captured.");
        }

        body.Release();
    }
}
