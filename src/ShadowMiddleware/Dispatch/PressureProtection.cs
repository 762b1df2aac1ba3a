namespace ShadowMiddleware.Dispatch;

/// <inheritdoc cref="IPressureProtection" />
/// <remarks>
/// Up to a small rate copies always pass: they cost next to nothing, a shadow never sees nothing at all, and below it nobody watches.
/// Beyond it a timer runs and asks the <see cref="PressureController"/>.
/// </remarks>
internal sealed class PressureProtection : IPressureProtection, IDisposable
{
    /// <summary>Copies a second and processor that always pass: about one percent of its time.</summary>
    internal const int AllowancePerProcessor = 256;

    /// <summary>How much of it may be saved up, so that a short burst passes as a whole.</summary>
    internal static readonly TimeSpan AllowanceBurst = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How much of it is saved up, while copies give way, before some pass again. A copy that comes alone finds every thread asleep, the shadow's too, and costs
    /// several times what one among others does.
    /// </summary>
    internal static readonly TimeSpan AllowanceBatch = TimeSpan.FromMilliseconds(125);

    internal static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    // What one copy more costs in bytes of body: the work of sending grows with both.
    private const double BytesPerCopy = 16 * 1024;

    private readonly ShadowDirectory _directory;
    private readonly DispatchPause _pause;
    private readonly IProcessorLoad _load;
    private readonly TimeProvider _timeProvider;
    private readonly TokenBucket _allowance;
    private readonly double _allowanceRate = AllowancePerProcessor * Environment.ProcessorCount;
    private readonly PressureController _controller = new();
    private readonly ITimer _timer;
    private double _share = 1;
    private TimeSpan _exceededAt;
    private int _isWatching;
    private int _isTicking;
    private volatile bool _exceeded;
    private volatile bool _isSavingUp;
    private volatile bool _isDisposed;

    public PressureProtection(
        ShadowDirectory directory,
        DispatchPause pause,
        IProcessorLoad load,
        TimeProvider timeProvider
    )
    {
        _directory = directory;
        _pause = pause;
        _load = load;
        _timeProvider = timeProvider;
        _allowance = new TokenBucket(timeProvider, AllowanceBurst);
        _timer = timeProvider.CreateTimer(
            static self => ((PressureProtection)self!).Tick(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public bool TryAdmit()
    {
        if (!_isSavingUp && _allowance.TryTake(_allowanceRate))
        {
            return true;
        }

        if (!_exceeded)
        {
            _exceeded = true;
            StartWatching();
        }

        var share = Volatile.Read(ref _share);
        if (share < 1 && !_isSavingUp)
        {
            _isSavingUp = true;
        }

        return share >= 1 || Random.Shared.NextDouble() < share;
    }

    public void Charge(int copies, long bodyLength)
    {
        var cost = (copies * (1 + (bodyLength / BytesPerCopy))) - 1;
        if (cost > 0)
        {
            _allowance.Charge(_allowanceRate, cost);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
        _pause.End();
    }

    private void StartWatching()
    {
        if (Interlocked.Exchange(ref _isWatching, 1) == 0)
        {
            try
            {
                _timer.Change(TickTime, TickTime);
            }
            catch (ObjectDisposedException)
            {
                // The host has stopped under a late request.
            }
        }
    }

    private void Tick()
    {
        // A tick that comes late may run into the next.
        if (Interlocked.Exchange(ref _isTicking, 1) == 1)
        {
            return;
        }

        try
        {
            Watch();
        }
        catch (Exception)
        {
            // On a timer's thread it would end the process, when the host is disposed under it for instance. Nothing gives way then.
            Volatile.Write(ref _share, 1);
            _pause.End();
        }
        finally
        {
            Volatile.Write(ref _isTicking, 0);
        }
    }

    private void Watch()
    {
        var now = new PressureObservation(
            _timeProvider.GetElapsedTime(0),
            _directory.Requests,
            _directory.QueueFill,
            _load.Read()
        );
        if (_exceeded)
        {
            _exceeded = false;
            _exceededAt = now.At;
        }

        if (now.At - _exceededAt >= IdleTime || !_directory.Current.Configuration.ProtectionEnabled)
        {
            StopWatching(now);
            return;
        }

        _controller.Step(now);
        Apply();
    }

    private void StopWatching(in PressureObservation now)
    {
        _controller.Reset(now);
        Apply();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _isWatching, 0);

        // Who came in between found somebody watching, and started nobody.
        if (_exceeded)
        {
            StartWatching();
        }
    }

    private void Apply()
    {
        Volatile.Write(ref _share, _controller.Share);
        _isSavingUp &= _controller.Share < 1 && !_allowance.HoldsTokensOf(AllowanceBatch);
        if (_controller.HoldsBack)
        {
            _pause.Begin();
            if (_isDisposed)
            {
                _pause.End();
            }
        }
        else
        {
            _pause.End();
        }
    }
}
