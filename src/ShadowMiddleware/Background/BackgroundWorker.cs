namespace ShadowMiddleware.Background;

/// <summary>One thread of <see cref="BackgroundWorkers"/>: what it does, and whether that has blocked it.</summary>
internal sealed class BackgroundWorker(BackgroundWorkers owner)
{
    private const int Idle = 0;
    private const int Working = 1;
    private const int Blocked = 2;

    private int _state;
    private long _begun;
    private long _lastSeen;

    /// <summary>Whose work it does.</summary>
    public BackgroundWorkers Owner { get; } = owner;

    /// <summary>Its thread; <see langword="null"/> before it runs.</summary>
    public Thread? Thread { get; set; }

    /// <summary>Whether its thread waits in managed code, such as for a lock, a task or a time.</summary>
    public bool IsWaiting => Thread is { } thread && thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin);

    /// <summary>The steps of the present slice. Only its own thread reads and writes it.</summary>
    public int Steps { get; set; }

    /// <summary>Whether it was found blocked and is not counted as active.</summary>
    public bool IsBlocked => Volatile.Read(ref _state) == Blocked;

    /// <summary>How many looks in a row have found it at the same work.</summary>
    public int Looks { get; private set; }

    /// <summary>Begins a piece of work, and with it a slice. Called by its own thread.</summary>
    public void Begin()
    {
        Steps = 0;
        Volatile.Write(ref _begun, _begun + 1);
        Volatile.Write(ref _state, Working);
    }

    /// <summary>Ends a piece of work. Called by its own thread.</summary>
    /// <returns>Whether it was found blocked meanwhile.</returns>
    public bool End() => Interlocked.Exchange(ref _state, Idle) == Blocked;

    /// <summary>Notes a look at it. Called by one thread at a time.</summary>
    /// <returns>Whether the last look found it at the same work.</returns>
    public bool IsAtSameWork()
    {
        var begun = Volatile.Read(ref _begun);
        var isSame = begun == _lastSeen && Volatile.Read(ref _state) != Idle;
        _lastSeen = begun;
        Looks = isSame ? Looks + 1 : 0;
        return isSame;
    }

    /// <summary>Marks it as blocked.</summary>
    /// <returns>Whether it is at work and was not marked before.</returns>
    public bool TryBlock() => Interlocked.CompareExchange(ref _state, Blocked, Working) == Working;
}
