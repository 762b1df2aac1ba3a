using Microsoft.Extensions.ObjectPool;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>Keeps deadlines between sends.</summary>
internal sealed class SendDeadlinePool : PooledObjectPolicy<SendDeadline>
{
    private readonly TimeProvider _timeProvider;
    private readonly DefaultObjectPool<SendDeadline> _pool;

    public SendDeadlinePool(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _pool = new DefaultObjectPool<SendDeadline>(this, TrafficMirroringDefaults.MaxMaxConcurrency);
    }

    public SendDeadline Get() => _pool.Get();

    public void GiveBack(SendDeadline deadline) => _pool.Return(deadline);

    public override SendDeadline Create() => new(_timeProvider);

    public override bool Return(SendDeadline obj) => obj.TryReset();
}
