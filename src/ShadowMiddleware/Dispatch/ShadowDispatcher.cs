using System.Collections.Concurrent;
using System.Diagnostics;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Pooling;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Dispatch;

/// <summary>
/// The bounded queue of one shadow and the workers that empty it. A worker starts when a copy comes and fewer than
/// <c>MaxConcurrency</c> run, and ends when nothing is left, so that an idle shadow costs nothing and every bound can change while
/// it runs. It is no thread: what it does runs on the threads of <see cref="BackgroundWorkers"/>, between its waits.
/// </summary>
internal sealed class ShadowDispatcher : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan RateBurst = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<QueuedCopy> _queue = new();
    private readonly IShadowSender _sender;
    private readonly TimeProvider _timeProvider;
    private readonly TokenBucket _rate;
    private readonly DispatchPause _pause;
    private readonly BackgroundWorkers _background;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stoppingToken;
    private volatile DispatcherSettings _settings;
    private volatile TaskCompletionSource? _idle;
    private int _state;
    private int _queued;
    private int _workers;

    public ShadowDispatcher(
        DispatcherSettings settings,
        IShadowSender sender,
        ShadowAccount account,
        DispatchPause pause,
        BackgroundWorkers background,
        TimeProvider timeProvider
    )
    {
        _settings = settings;
        _sender = sender;
        _timeProvider = timeProvider;
        _rate = new TokenBucket(timeProvider, RateBurst);
        _pause = pause;
        _background = background;
        _stoppingToken = _stopping.Token;
        Account = account;
    }

    public ShadowAccount Account { get; }

    public ShadowControl Control { get; } = new();

    public DispatcherState State => (DispatcherState)Volatile.Read(ref _state);

    public int Queued => Volatile.Read(ref _queued);

    public int Workers => Volatile.Read(ref _workers);

    /// <summary>How full the queue is, 0 to 1.</summary>
    public double QueueFill => (double)Queued / _settings.Shadow.QueueCapacity;

    // Those that wait are dropped or drained whether the others are held back or not.
    private bool IsHeldBack => _pause.IsOn && State == DispatcherState.Open;

    /// <summary>Looks, before a request is captured at all, whether its copy would be refused. Takes nothing: the request may never become a copy.</summary>
    /// <returns>Why there will be no copy; <see langword="null"/> when there may be one.</returns>
    public DropReason? TryAdmit()
    {
        var shadow = _settings.Shadow;
        if (Queued >= shadow.QueueCapacity)
        {
            return DropReason.QueueFull;
        }

        return shadow.MaxRequestsPerSecond is { } rate && !_rate.HasToken(rate) ? DropReason.RateLimited : null;
    }

    /// <summary>Takes a copy, or drops it and counts why. Never waits.</summary>
    /// <param name="request">The request; a reference of its own is taken for the time in the queue and in the send.</param>
    public void HandOver(CapturedRequest request)
    {
        if (State != DispatcherState.Open)
        {
            Account.Drop(RefusalReason(), request.Line);
            return;
        }

        var rate = _settings.Shadow.MaxRequestsPerSecond;
        if (rate is { } limit && !_rate.TryTake(limit))
        {
            Account.Drop(DropReason.RateLimited, request.Line);
            return;
        }

        if (!TryTakePlace())
        {
            if (rate is { } taken)
            {
                _rate.GiveBack(taken);
            }

            Account.Drop(DropReason.QueueFull, request.Line);
            return;
        }

        var held = request.TryAddReference();
        Debug.Assert(held, "The caller holds the request.");
        _queue.Enqueue(new QueuedCopy(request, _timeProvider.GetTimestamp()));
        StartWorker();
    }

    /// <summary>Takes over a reload.</summary>
    public void Update(DispatcherSettings settings)
    {
        _settings = settings;
        _sender.Update(settings.Shadow);

        // Where more may be on their way at once, those that wait have had their chance to start a worker.
        StartWaiting();
    }

    /// <summary>Sends again what was held back.</summary>
    public void Resume() => StartWaiting();

    /// <summary>Takes copies again after <see cref="Withdraw"/>.</summary>
    public void Reopen() =>
        Interlocked.CompareExchange(ref _state, (int)DispatcherState.Open, (int)DispatcherState.Withdrawn);

    /// <summary>Takes no more copies and drops those that wait; those on their way end by themselves.</summary>
    public void Withdraw()
    {
        Interlocked.CompareExchange(ref _state, (int)DispatcherState.Withdrawn, (int)DispatcherState.Open);
        DropQueued();
    }

    /// <summary>Takes no more copies and completes when none waits and none is on its way.</summary>
    public Task DrainAsync()
    {
        Interlocked.CompareExchange(ref _state, (int)DispatcherState.Draining, (int)DispatcherState.Open);

        // One for all who wait: a host may be asked to stop twice at once, and each of them is told.
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        idle = Interlocked.CompareExchange(ref _idle, idle, null) ?? idle;
        StartWaiting();
        SignalIdle();
        return idle.Task;
    }

    /// <summary>Takes no more copies, drops those that wait and ends those on their way.</summary>
    public void Stop()
    {
        Volatile.Write(ref _state, (int)DispatcherState.Stopped);
        DropQueued();
        try
        {
            _stopping.Cancel();
        }
        catch (AggregateException)
        {
            // Of callbacks of handlers that the app added. All were called, and the other shadows are still to be stopped.
        }
        catch (ObjectDisposedException)
        {
            // The host was disposed before its stop had come to an end.
        }
    }

    public void Dispose() => _stopping.Dispose();

    void IThreadPoolWorkItem.Execute() => _ = WorkAsync();

    private void StartWaiting()
    {
        for (var waiting = Math.Min(Queued, _settings.Shadow.MaxConcurrency); waiting > 0; waiting--)
        {
            StartWorker();
        }
    }

    // Not counted first and taken back: a copy that is refused would take the place of one that fits, for as long as that lasts.
    private bool TryTakePlace()
    {
        var queued = Queued;
        while (queued < _settings.Shadow.QueueCapacity)
        {
            var seen = Interlocked.CompareExchange(ref _queued, queued + 1, queued);
            if (seen == queued)
            {
                return true;
            }

            queued = seen;
        }

        return false;
    }

    private void StartWorker()
    {
        if (IsHeldBack)
        {
            return;
        }

        var workers = Workers;
        while (workers < _settings.Shadow.MaxConcurrency)
        {
            var seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                _background.Queue(this);
                return;
            }

            workers = seen;
        }
    }

    private async Unawaited WorkAsync()
    {
        try
        {
            while (!IsHeldBack && Workers <= _settings.Shadow.MaxConcurrency && TryDequeue(out var copy))
            {
                try
                {
                    await ProcessAsync(copy);
                }
                finally
                {
                    copy.Request.Release();
                }

                // Where the send has ended on another thread, and after some copies, so that other work has its turn.
                await _background.SwitchAsync();
            }
        }
        finally
        {
            // A copy that came between the last look and this line found a worker running and started none.
            Interlocked.Decrement(ref _workers);
            if (!_queue.IsEmpty)
            {
                StartWorker();
            }

            SignalIdle();
        }
    }

    private ValueTask ProcessAsync(QueuedCopy copy)
    {
        var settings = _settings;
        if (State is DispatcherState.Withdrawn or DispatcherState.Stopped)
        {
            Account.Drop(RefusalReason(), copy.Request.Line);
            return default;
        }

        if (_timeProvider.GetElapsedTime(copy.HandedOverAt) > settings.Shadow.QueueTimeout)
        {
            Account.Drop(DropReason.Expired, copy.Request.Line);
            return default;
        }

        return _sender.SendAsync(copy.Request, settings.Shadow, settings.TagHeader, _stoppingToken);
    }

    private void DropQueued()
    {
        while (TryDequeue(out var copy))
        {
            Account.Drop(RefusalReason(), copy.Request.Line);
            copy.Request.Release();
        }

        SignalIdle();
    }

    private bool TryDequeue(out QueuedCopy copy)
    {
        if (!_queue.TryDequeue(out copy))
        {
            return false;
        }

        Interlocked.Decrement(ref _queued);
        return true;
    }

    // The queue first: what has left it is in the hands of a worker, which a look at the workers then finds.
    private void SignalIdle()
    {
        if (_idle is { } idle && Queued == 0 && Workers == 0)
        {
            idle.TrySetResult();
        }
    }

    // A dispatcher that was reopened since the caller looked has refused because it was withdrawn.
    private DropReason RefusalReason() =>
        State is DispatcherState.Draining or DispatcherState.Stopped ? DropReason.Shutdown : DropReason.Withdrawn;
}
