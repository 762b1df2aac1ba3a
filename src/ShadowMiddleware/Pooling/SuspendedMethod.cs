using System.Threading.Tasks.Sources;

namespace ShadowMiddleware.Pooling;

/// <summary>An asynchronous method that had to wait, as the source of its task.</summary>
internal class SuspendedMethod<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<TResult> _source;

    public short Version => _source.Version;

    public void SetResult(TResult result) => _source.SetResult(result);

    public void SetException(Exception exception) => _source.SetException(exception);

    public TResult GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            GiveBack();
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Has the state used again. Nobody asks for the result any more.</summary>
    public virtual void GiveBack()
    {
        // One that failed before it had to wait has no state.
    }
}
