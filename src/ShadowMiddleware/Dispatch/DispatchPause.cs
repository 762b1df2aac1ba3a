namespace ShadowMiddleware.Dispatch;

/// <summary>Holds all copies back in their queues for some milliseconds, so that the app can be seen without their work. Loses none.</summary>
internal sealed class DispatchPause
{
    private volatile bool _isOn;

    /// <summary>Raised when the copies may leave again.</summary>
    public event Action? Ended;

    public bool IsOn => _isOn;

    public void Begin() => _isOn = true;

    public void End()
    {
        if (_isOn)
        {
            _isOn = false;

            // Whoever still saw the pause is seen by those who resume, and the other way round: a copy must not be left behind.
            Interlocked.MemoryBarrier();
            Ended?.Invoke();
        }
    }
}
