namespace ShadowMiddleware.Dispatch;

/// <summary>What an operator has set for a shadow. It belongs to the instance: a reload does not change it, nor the shadow's going and coming back.</summary>
internal sealed class ShadowControl
{
    private double _ceiling = 100;
    private volatile bool _isPaused;

    /// <summary>The share that no percent exceeds.</summary>
    public double Ceiling
    {
        get => Volatile.Read(ref _ceiling);
        set => Volatile.Write(ref _ceiling, value);
    }

    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }
}
