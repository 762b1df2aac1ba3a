using System.Diagnostics.CodeAnalysis;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Benchmarks.Sending;

/// <summary>
/// Captured requests as fast as they can be had: each is new, so that each makes its id, and all share the fields and the body of one
/// request that a real server has received.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes the pool, and may throw."
)]
internal sealed class CapturedRequests
{
    private readonly ByteBudget _budget = new(64 * 1024 * 1024);
    private readonly BlockPool _pool;
    private readonly PooledBodyBuffer? _body;

    public CapturedRequests(HeldRequest held, byte[] body)
    {
        Template = RequestSnapshot.Take(held.Context);
        _pool = new BlockPool(_budget, held.MemoryPools);
        if (body.Length > 0)
        {
            _body = new PooledBodyBuffer(_pool);
            _body.Append(body);
        }
    }

    public CapturedRequest Template { get; }

    /// <summary>Nobody releases it: its body belongs to all.</summary>
    public CapturedRequest Next()
    {
        var captured = new CapturedRequest
        {
            Method = Template.Method,
            Target = Template.Target,
            Headers = Template.Headers,
            Trace = Template.Trace,
        };
        if (_body is not null)
        {
            captured.Attach(_body);
        }

        return captured;
    }

    /// <summary>Throws when somebody still holds, or has released, what is not theirs.</summary>
    public void VerifyAndDispose()
    {
        if (_body is { Length: 0 })
        {
            throw new InvalidOperationException("A send has released a body that it does not own.");
        }

        _body?.Release();
        _pool.Dispose();
        if (_budget.Used != 0)
        {
            throw new InvalidOperationException($"{_budget.Used} bytes of captured bodies were not given back.");
        }
    }
}
