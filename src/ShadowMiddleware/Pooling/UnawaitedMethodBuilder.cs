using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Pooling;

/// <summary>Runs an asynchronous method that nobody waits for.</summary>
[SuppressMessage(
    "Performance",
    "CA1822:Mark members as static",
    Justification = "The compiler looks for members of an instance."
)]
internal struct UnawaitedMethodBuilder
{
    private PooledMethodBuilder<bool> _builder;

    public static UnawaitedMethodBuilder Create() => default;

    public readonly Unawaited Task => default;

    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _builder.Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);

    public readonly void SetResult() => _builder.Suspended?.GiveBack();

    // As of a task that nobody looks at: the process goes on, and TaskScheduler.UnobservedTaskException tells of it.
    public readonly void SetException(Exception exception)
    {
        _ = System.Threading.Tasks.Task.FromException(exception);
        _builder.Suspended?.GiveBack();
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}
