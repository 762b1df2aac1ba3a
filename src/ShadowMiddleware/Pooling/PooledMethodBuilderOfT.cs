using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Pooling;

/// <summary>
/// Makes the task of an asynchronous method whose state is used again, whatever threads it begins and ends on. The platform's
/// <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/> keeps one state for each thread and each processor, which is lost on sends that
/// begin on one thread and end on another (docs/decisions/performance.md).
/// </summary>
/// <remarks>The task is awaited once. One that is never awaited costs its state, and nothing else.</remarks>
[SuppressMessage(
    "Performance",
    "CA1822:Mark members as static",
    Justification = "The compiler looks for methods of an instance."
)]
internal struct PooledMethodBuilder<TResult>
{
    private TResult _result;

    public static PooledMethodBuilder<TResult> Create() => default;

    /// <summary>The method, once it had to wait for something.</summary>
    public SuspendedMethod<TResult>? Suspended { get; private set; }

    public readonly ValueTask<TResult> Task =>
        Suspended is { } method ? new ValueTask<TResult>(method, method.Version) : new ValueTask<TResult>(_result);

    // The platform's own begins one alike, and undoes what the method's first part does to the caller's context.
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref stateMachine);

    // From times in which the compiler did not leave the boxing to the builder.
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => _ = stateMachine;

    public void SetResult(TResult result)
    {
        if (Suspended is { } method)
        {
            method.SetResult(result);
        }
        else
        {
            _result = result;
        }
    }

    public void SetException(Exception exception)
    {
        // Thrown before the first wait: there is no state machine to be kept, but a task to fail.
        Suspended ??= new SuspendedMethod<TResult>();
        Suspended.SetException(exception);
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(Suspend(ref stateMachine));

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Suspend(ref stateMachine));

    private Action Suspend<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (Suspended is not SuspendedState<TStateMachine, TResult> method)
        {
            // Set before the state machine is copied: the copy holds this builder.
            method = SuspendedState<TStateMachine, TResult>.Rent();
            Suspended = method;
            method.Keep(stateMachine);
        }

        return method.Suspend();
    }
}
