using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ShadowMiddleware.Benchmarks.Contention;

namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>Two threads fill bodies, one reads them and gives their memory back: as requests and a worker do.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "VerifyAndDispose disposes the threads, and may throw."
)]
internal sealed class QueueCrossing<T> : IQueueCrossing
{
    private const int Producers = 2;

    // As deep as queues get when a shadow is a little slow.
    private const int QueueCapacity = 256;

    private readonly IBodyCarrier<T> _carrier;
    private readonly byte[] _body;
    private readonly Channel<T> _queue = Channel.CreateBounded<T>(QueueCapacity);
    private readonly ThreadTeam _team;
    private long _expected;
    private long _read;

    public QueueCrossing(IBodyCarrier<T> carrier, int bodyBytes)
    {
        _carrier = carrier;
        _body = BodyBytes.Create(bodyBytes);
        _team = new ThreadTeam(Produce, Produce, Consume);
    }

    public void RunBatch()
    {
        _expected += (long)QueueCrossing.BatchSize * _body.Length;
        _team.RunBatch();
    }

    public void VerifyAndDispose()
    {
        _team.Dispose();
        _carrier.VerifyAndDispose();
        if (_read != _expected)
        {
            throw new InvalidOperationException($"{_read} bytes of {_expected} crossed the queue.");
        }
    }

    private void Produce(ThreadTeam team)
    {
        for (var i = 0; i < QueueCrossing.BatchSize / Producers; i++)
        {
            var carried = _carrier.Fill(_body);
            var spin = default(SpinWait);
            while (!_queue.Writer.TryWrite(carried))
            {
                if (team.HasFaulted)
                {
                    return;
                }

                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private void Consume(ThreadTeam team)
    {
        for (var i = 0; i < QueueCrossing.BatchSize; i++)
        {
            T? carried;
            var spin = default(SpinWait);
            while (!_queue.Reader.TryRead(out carried))
            {
                if (team.HasFaulted)
                {
                    return;
                }

                spin.SpinOnce(sleep1Threshold: -1);
            }

            _read += _carrier.ReadAndFree(carried);
        }
    }
}
