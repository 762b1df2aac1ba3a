namespace ShadowMiddleware.Soak.Traffic;

/// <summary>Bursts and lulls: clients ask for their turn before each request.</summary>
internal sealed class Waves
{
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _mostPauseMilliseconds;

    /// <summary>Whether requests may begin.</summary>
    public bool IsOpen => _open.Task.IsCompleted;

    /// <summary>Lets requests begin.</summary>
    /// <param name="mostPause">Each client pauses for up to this long between two requests.</param>
    public void Begin(TimeSpan mostPause)
    {
        _mostPauseMilliseconds = (int)mostPause.TotalMilliseconds;
        _open.TrySetResult();
    }

    /// <summary>Lets none begin. Those that have begun go on.</summary>
    public void End() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WaitForTurnAsync(Random random, CancellationToken token)
    {
        await _open.Task.WaitAsync(token);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(_mostPauseMilliseconds + 1)), token);
    }
}
