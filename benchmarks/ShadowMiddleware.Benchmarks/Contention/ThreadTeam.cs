namespace ShadowMiddleware.Benchmarks.Contention;

/// <summary>Threads of their own that do the parts of a batch at the same time. A batch allocates nothing.</summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private volatile Exception? _fault;
    private volatile bool _hasEnded;

    public ThreadTeam(params Action<ThreadTeam>[] parts)
    {
        // One more is who runs the batch.
        _barrier = new Barrier(parts.Length + 1);
        _threads = Array.ConvertAll(parts, part => new Thread(() => Work(part)) { IsBackground = true });
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Whether a part has failed: then nobody should wait for it.</summary>
    public bool HasFaulted => _fault is not null;

    /// <summary>Lets all parts begin, and returns when all have ended.</summary>
    public void RunBatch()
    {
        _barrier.SignalAndWait();
        _barrier.SignalAndWait();
        if (_fault is { } fault)
        {
            throw new InvalidOperationException("A part of the batch has failed.", fault);
        }
    }

    public void Dispose()
    {
        _hasEnded = true;
        _barrier.SignalAndWait();
        Array.ForEach(_threads, thread => thread.Join());
        _barrier.Dispose();
    }

    private void Work(Action<ThreadTeam> part)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_hasEnded)
            {
                return;
            }

            try
            {
                part(this);
            }
            catch (Exception exception)
            {
                _fault = exception;
            }

            _barrier.SignalAndWait();
        }
    }
}
