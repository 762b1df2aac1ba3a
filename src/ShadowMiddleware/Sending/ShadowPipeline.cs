using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Pooling;

namespace ShadowMiddleware.Sending;

/// <summary>What stands around the sends to one shadow: a circuit breaker, then a time limit. No retries: they would repeat writes.</summary>
/// <remarks>
/// While the breaker is closed, a send does not run inside of it but tells it its result: the breaker decides the same, and a send costs a
/// kilobyte less (docs/decisions/performance.md).
/// </remarks>
internal sealed class ShadowPipeline
{
    private readonly string _shadow;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private BreakerConfiguration _breaker;
    private long _timeoutTicks;
    private readonly SendDeadlinePool _deadlines;
    private volatile Breaker _current;

    public ShadowPipeline(ShadowConfiguration configuration, ILogger logger, TimeProvider timeProvider)
    {
        _shadow = configuration.Name;
        _logger = logger;
        _timeProvider = timeProvider;
        _breaker = configuration.CircuitBreaker;
        _timeoutTicks = configuration.Timeout.Ticks;
        _deadlines = new SendDeadlinePool(timeProvider);
        _current = Build();
    }

    /// <summary>Whether no send is admitted at the moment.</summary>
    public bool RefusesAll => _current.RefusesAll;

    /// <summary>Runs a send that has its time, if the breaker admits it.</summary>
    /// <returns>The result of the send; or the exception for which there was none, in which case <paramref name="send"/> was not called.</returns>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public async ValueTask<Outcome<SendResult>> ExecuteAsync<TState>(
        Func<TState, SendDeadline, ValueTask<SendResult>> send,
        TState state,
        CancellationToken stopping
    )
    {
        if (stopping.IsCancellationRequested)
        {
            return Outcome.FromException<SendResult>(new OperationCanceledException(stopping));
        }

        var deadline = _deadlines.Get();
        try
        {
            deadline.Begin(TimeSpan.FromTicks(Volatile.Read(ref _timeoutTicks)), stopping);
            var breaker = _current;
            if (!breaker.IsClosed)
            {
                return await breaker.TryAsync(send, state, deadline);
            }

            var result = await send(state, deadline);
            await breaker.TellAsync(result);
            return Outcome.FromResult(result);
        }
        catch (Exception exception)
        {
            return Outcome.FromException<SendResult>(exception);
        }
        finally
        {
            _deadlines.GiveBack(deadline);
        }
    }

    /// <summary>Takes over a reload. The breaker forgets what it has seen only when its own settings changed.</summary>
    public void Update(ShadowConfiguration configuration)
    {
        Volatile.Write(ref _timeoutTicks, configuration.Timeout.Ticks);
        if (configuration.CircuitBreaker != _breaker)
        {
            _breaker = configuration.CircuitBreaker;
            _current = Build();
        }
    }

    private Breaker Build() =>
        new(
            _breaker,
            _timeProvider,
            opened: duration => Log.BreakerOpened(_logger, _shadow, duration),
            closed: () => Log.BreakerClosed(_logger, _shadow)
        );
}
