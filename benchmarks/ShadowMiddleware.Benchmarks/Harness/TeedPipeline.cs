using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>An app that writes its response, with the tee in front of it and nothing else.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes the pool, and may throw."
)]
internal sealed class TeedPipeline
{
    private const long MaxBytes = 1024 * 1024;

    private readonly ByteBudget _budget = new(64 * MaxBytes);
    private readonly BlockPool _pool;
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
        for (var i = 0; i < MeasuredPipeline.BatchSize; i++)
        {
            request.Rewind();
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
