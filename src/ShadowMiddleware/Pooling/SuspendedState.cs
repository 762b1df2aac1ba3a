using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;

namespace ShadowMiddleware.Pooling;

/// <summary>The state of an asynchronous method that had to wait. Used again for the same method.</summary>
internal sealed class SuspendedState<TStateMachine, TResult> : SuspendedMethod<TResult>
    where TStateMachine : IAsyncStateMachine
{
    // As many as there may be sends on their way to one shadow.
    private const int Kept = 1024;

    private static readonly DefaultObjectPool<SuspendedState<TStateMachine, TResult>> _pool = new(
        new DefaultPooledObjectPolicy<SuspendedState<TStateMachine, TResult>>(),
        Kept
    );

    private readonly Action _resume;
    private TStateMachine? _stateMachine;
    private ExecutionContext? _context;

    public SuspendedState() => _resume = Resume;

    public static SuspendedState<TStateMachine, TResult> Rent() => _pool.Get();

    /// <summary>Takes the state over from the stack.</summary>
    public void Keep(TStateMachine stateMachine) => _stateMachine = stateMachine;

    /// <summary>Keeps the context that the method goes on in.</summary>
    /// <returns>What goes on with it.</returns>
    public Action Suspend()
    {
        _context = ExecutionContext.Capture();
        return _resume;
    }

    public override void GiveBack()
    {
        _stateMachine = default;
        _context = null;
        _pool.Return(this);
    }

    private void Resume()
    {
        if (_context is { } context)
        {
            ExecutionContext.Run(
                context,
                static self => ((SuspendedState<TStateMachine, TResult>)self!).MoveNext(),
                this
            );
        }
        else
        {
            MoveNext();
        }
    }

    private void MoveNext() => _stateMachine!.MoveNext();
}
