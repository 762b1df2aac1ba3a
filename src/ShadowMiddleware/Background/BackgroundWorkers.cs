using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Background;

/// <summary>
/// The threads on which the work for copies runs, so that it never takes a thread of the pool that serves requests: at most half of the
/// processors, and at least one. Work is queued and runs in slices. A worker that a piece of work blocks is replaced for as long as it is
/// blocked, up to a bound.
/// </summary>
/// <remarks>
/// Thread-safe. A thread starts when there is work for it and ends after a minute without any. Nothing that was queued is lost:
/// <see cref="Dispose"/> only ends the threads that have nothing to do.
/// </remarks>
internal sealed class BackgroundWorkers : IDisposable
{
    /// <summary>Workers that are replaced while they are blocked. Further ones make work wait.</summary>
    internal const int MaxBlocked = 32;

    /// <summary>Steps of work, such as reads and copies, that may follow each other on a worker before other work has its turn.</summary>
    internal const int StepsPerSlice = 16;

    /// <summary>How often blocked workers are looked for, while work waits.</summary>
    internal static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// For how many looks a worker that does not wait has to be at the same work to count as blocked. It may be blocked in the system, or have a
    /// busy processor, and then another thread would only take more of it.
    /// </summary>
    internal const int LooksUntilBlocked = 5;

    /// <summary>For how many looks a worker has to be blocked before the log says so: a second.</summary>
    internal const int LooksUntilLogged = 10;

    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    [ThreadStatic]
    private static BackgroundWorker? _current;

    // Pieces of work are IThreadPoolWorkItem, continuations are Action: neither needs an object around it.
    private readonly ConcurrentQueue<object> _queue = new();

    // A Monitor, because threads wait on it for work. Held for a look at the queue or the list, and never while work runs.
    private readonly object _gate = new();
    private readonly List<BackgroundWorker> _workers = [];
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _watch;
    private readonly Action<BackgroundWorker> _startThread;
    private int _active;
    private int _sleeping;

    // Sleeping workers that were woken and do not know yet.
    private int _woken;
    private int _isWatching;
    private long _lastLook;
    private bool _hasLoggedBlocked;
    private int _hasLoggedNoThread;
    private volatile bool _isDisposed;

    /// <param name="logger">Told of work that fails, and of code that blocks a worker.</param>
    /// <param name="timeProvider">The clock that blocked workers are looked for by.</param>
    /// <param name="count">How many workers; <see langword="null"/>: half of the processors, and at least one.</param>
    /// <param name="startThread">
    /// Starts the thread of a worker, which has to <see cref="Run"/>; <see langword="null"/>: as the system does.
    /// </param>
    public BackgroundWorkers(
        ILogger<BackgroundWorkers> logger,
        TimeProvider timeProvider,
        int? count = null,
        Action<BackgroundWorker>? startThread = null
    )
    {
        Count = count ?? Math.Max(1, Environment.ProcessorCount / 2);
        _logger = new GuardedLogger(logger);
        _timeProvider = timeProvider;
        _startThread = startThread ?? StartThread;
        _watch = timeProvider.CreateTimer(
            static self => ((BackgroundWorkers)self!).Watch(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>How many workers may run at once, those that are blocked not counted.</summary>
    public int Count { get; }

    /// <summary>How many threads there are, those that are blocked included.</summary>
    public int Threads
    {
        get
        {
            lock (_gate)
            {
                return _workers.Count;
            }
        }
    }

    /// <summary>Whether there are workers, and all of them sleep.</summary>
    internal bool IsAsleep
    {
        get
        {
            lock (_gate)
            {
                return _sleeping > 0 && _sleeping - _woken == _workers.Count;
            }
        }
    }

    /// <summary>Whether the calling thread is one of these workers.</summary>
    public bool IsCurrent => _current is { } worker && worker.Owner == this;

    /// <summary>Queues a piece of work. Never waits for it and never throws.</summary>
    public void Queue(IThreadPoolWorkItem work) => Enqueue(work);

    /// <summary>Queues the rest of an asynchronous method, which brings its own execution context.</summary>
    public void Queue(Action continuation) => Enqueue(continuation);

    /// <summary>Continues an asynchronous method on a worker: at once where it runs on one whose slice is not over.</summary>
    public WorkerAwaitable SwitchAsync() => new(this, always: false);

    /// <summary>Continues an asynchronous method on a worker, and never within the call.</summary>
    public WorkerAwaitable YieldAsync() => new(this, always: true);

    /// <summary>Whether the caller runs on a worker and may go on with one more step. If not, it has to queue the rest.</summary>
    public bool TryContinue() => _current is { } worker && worker.Owner == this && ++worker.Steps <= StepsPerSlice;

    /// <summary>Ends the threads as soon as they have nothing to do. What is queued later still runs.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Enqueue(object work)
    {
        _queue.Enqueue(work);

        // Either this sees the worker that goes to sleep, or that worker sees the work.
        Interlocked.MemoryBarrier();
        if ((Volatile.Read(ref _sleeping) == 0 || !TryWake()) && !TryStart())
        {
            BeginWatch();
        }
    }

    // Each sleeper is woken for one piece of work: two that come at once are not both left to it.
    private bool TryWake()
    {
        lock (_gate)
        {
            if (_sleeping <= _woken)
            {
                return false;
            }

            _woken++;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private bool TryStart()
    {
        if (!TryActivate())
        {
            return false;
        }

        // To start a thread takes longer than a request should wait for it.
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.Start(), this, preferLocal: false);
        return true;
    }

    private bool TryActivate()
    {
        for (var active = Volatile.Read(ref _active); active < Count; active = Volatile.Read(ref _active))
        {
            if (Interlocked.CompareExchange(ref _active, active + 1, active) == active)
            {
                return true;
            }
        }

        return false;
    }

    // Runs as a piece of the pool's work, where an exception would end the process.
    private void Start()
    {
        BackgroundWorker? worker = null;
        try
        {
            worker = new BackgroundWorker(this);
            lock (_gate)
            {
                _workers.Add(worker);
            }

            _startThread(worker);
            Volatile.Write(ref _hasLoggedNoThread, 0);
        }
        catch (Exception exception)
        {
            // No memory, or as many threads as the system allows. The watch tries again for as long as work waits.
            lock (_gate)
            {
                _ = worker is not null && _workers.Remove(worker);
            }

            Interlocked.Decrement(ref _active);
            BeginWatch();
            if (Interlocked.Exchange(ref _hasLoggedNoThread, 1) == 0)
            {
                Log.BackgroundThreadNotStarted(_logger, exception);
            }
        }
    }

    private static void StartThread(BackgroundWorker worker) =>
        new Thread(static worker => ((BackgroundWorker)worker!).Owner.Run((BackgroundWorker)worker!))
        {
            IsBackground = true,
            Name = "Traffic mirroring",
        }.UnsafeStart(worker);

    /// <summary>What the thread of a worker does from its start to its end.</summary>
    internal void Run(BackgroundWorker worker)
    {
        _current = worker;
        worker.Thread = Thread.CurrentThread;
        Work(worker);
        lock (_gate)
        {
            _workers.Remove(worker);
        }
    }

    private void Work(BackgroundWorker worker)
    {
        do
        {
            while (_queue.TryDequeue(out var work))
            {
                worker.Begin();
                Execute(work);

                // One that was blocked stays only where none has taken its place.
                if (worker.End() && !TryActivate())
                {
                    return;
                }
            }
        } while (Sleep());
    }

    private void Execute(object work)
    {
        var context = ExecutionContext.Capture();
        try
        {
            if (work is Action continuation)
            {
                continuation();
            }
            else
            {
                ((IThreadPoolWorkItem)work).Execute();
            }
        }
        catch (Exception exception)
        {
            Log.BackgroundWorkFailed(_logger, exception);
        }

        // What the work left on its thread must not reach the next.
        SynchronizationContext.SetSynchronizationContext(null);
        if (context is not null)
        {
            ExecutionContext.Restore(context);
        }
    }

    /// <returns>Whether there is work again; if not, the worker is active no more and its thread ends.</returns>
    private bool Sleep()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _sleeping);
            var hasTime = !_isDisposed;
            while (_queue.IsEmpty && hasTime)
            {
                hasTime = Monitor.Wait(_gate, IdleTime) && !_isDisposed;

                // Awake, whether or not another worker has done the work by now.
                _woken = Math.Max(0, _woken - 1);
            }

            Interlocked.Decrement(ref _sleeping);
        }

        if (!_queue.IsEmpty)
        {
            return true;
        }

        // Who queued work since then found all workers active, or starts another.
        Interlocked.Decrement(ref _active);
        return !_queue.IsEmpty && TryActivate();
    }

    private static bool IsBlocked(BackgroundWorker worker) => worker.IsWaiting || worker.Looks >= LooksUntilBlocked;

    private void BeginWatch()
    {
        if (Volatile.Read(ref _isWatching) == 0 && Interlocked.Exchange(ref _isWatching, 1) == 0)
        {
            Volatile.Write(ref _lastLook, _timeProvider.GetTimestamp());
            _watch.Change(WatchInterval, WatchInterval);
        }
    }

    private void Watch()
    {
        if (_queue.IsEmpty)
        {
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _isWatching, 0);

            // Who queued work since then found the watch on.
            Interlocked.MemoryBarrier();
            if (!_queue.IsEmpty)
            {
                BeginWatch();
            }

            return;
        }

        // Where the pool is busy, ticks come late and then in a row: looks that follow each other at once say nothing.
        var now = _timeProvider.GetTimestamp();
        if (_timeProvider.GetElapsedTime(Volatile.Read(ref _lastLook), now) < WatchInterval / 2)
        {
            return;
        }

        Volatile.Write(ref _lastLook, now);
        var isBlockedForLong = false;
        lock (_gate)
        {
            var blocked = _workers.Count(static worker => worker.IsBlocked);
            foreach (var worker in _workers)
            {
                if (worker.IsAtSameWork() && IsBlocked(worker) && blocked < MaxBlocked && worker.TryBlock())
                {
                    blocked++;
                    Interlocked.Decrement(ref _active);
                }

                isBlockedForLong |= worker.Looks >= LooksUntilLogged;
            }

            isBlockedForLong &= !_hasLoggedBlocked;
            _hasLoggedBlocked |= isBlockedForLong;
        }

        TryStart();
        if (isBlockedForLong)
        {
            Log.BackgroundWorkerBlocked(_logger);
        }
    }
}
