using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace ShadowMiddleware.Background;

/// <summary>
/// Moves whoever awaits a read from the thread on which the read ended, one of the pool, onto one of the <see cref="BackgroundWorkers"/>. It
/// is used for one read after the other and allocates nothing for any of them.
/// </summary>
/// <remarks>For one read at a time, as a stream has it. The continuation runs within the slice of the worker.</remarks>
internal sealed class BackgroundRead : IValueTaskSource<int>, IThreadPoolWorkItem
{
    private readonly BackgroundWorkers _workers;
    private readonly Action<int>? _ended;
    private readonly Action _queue;
    private ManualResetValueTaskSourceCore<int> _source;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read;
    private bool _hasEnded;
    private int _result;

    /// <param name="workers">The workers.</param>
    /// <param name="ended">Told the result of each read that succeeds.</param>
    public BackgroundRead(BackgroundWorkers workers, Action<int>? ended = null)
    {
        _workers = workers;
        _ended = ended;
        _queue = () => _workers.Queue(this);
    }

    /// <summary>Continues whoever awaits the read on a worker, whether the read has to wait or not.</summary>
    public ValueTask<int> Continue(ValueTask<int> read)
    {
        _read = read.ConfigureAwait(false).GetAwaiter();
        _hasEnded = read.IsCompleted;
        if (_hasEnded)
        {
            if (!read.IsCompletedSuccessfully)
            {
                return read;
            }

            // The end of the connection is told at once: the client looks at it before it takes a connection again.
            _result = End();
            if (_result == 0 || _workers.TryContinue())
            {
                return new ValueTask<int>(_result);
            }
        }

        _source.Reset();
        var version = _source.Version;
        if (_hasEnded)
        {
            _workers.Queue(this);
        }
        else
        {
            _read.UnsafeOnCompleted(_queue);
        }

        return new ValueTask<int>(this, version);
    }

    void IThreadPoolWorkItem.Execute()
    {
        int result;
        try
        {
            result = _hasEnded ? _result : End();
        }
        catch (Exception exception)
        {
            _source.SetException(exception);
            return;
        }

        _source.SetResult(result);
    }

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);

    private int End()
    {
        var result = _read.GetResult();
        _ended?.Invoke(result);
        return result;
    }
}
