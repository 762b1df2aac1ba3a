using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Background;

/// <summary>Continues the asynchronous method that awaits it on one of the <see cref="BackgroundWorkers"/>.</summary>
internal readonly struct WorkerAwaitable(BackgroundWorkers workers, bool always) : ICriticalNotifyCompletion
{
    /// <summary>Whether the method may go on where it is: on a worker, within its slice.</summary>
    public bool IsCompleted => !always && workers.TryContinue();

    public WorkerAwaitable GetAwaiter() => this;

    // An asynchronous method restores its execution context by itself.
    public void OnCompleted(Action continuation) => workers.Queue(continuation);

    public void UnsafeOnCompleted(Action continuation) => workers.Queue(continuation);

    public void GetResult()
    {
        // There is no result.
    }
}
