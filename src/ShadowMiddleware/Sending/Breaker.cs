using Polly;
using Polly.CircuitBreaker;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>The circuit breaker of one shadow.</summary>
internal sealed class Breaker
{
    private const long Never = long.MinValue;

    private readonly ResiliencePipeline<SendResult> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _samplingDuration;
    private long _answeredAt = Never;
    private int _isOpen;
    private long _openedAt;
    private long _breakTicks;

    /// <param name="configuration">When it opens, and for how long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="opened">Called when it opens, with the time for which it does. Not for each probe that fails, which is no news.</param>
    /// <param name="closed">Called when it closes again.</param>
    public Breaker(
        BreakerConfiguration configuration,
        TimeProvider timeProvider,
        Action<TimeSpan> opened,
        Action closed
    )
    {
        _timeProvider = timeProvider;
        _samplingDuration = configuration.SamplingDuration;
        _pipeline = new ResiliencePipelineBuilder<SendResult> { TimeProvider = timeProvider }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<SendResult>
                {
                    FailureRatio = configuration.FailureRatio,
                    MinimumThroughput = configuration.MinimumThroughput,
                    SamplingDuration = configuration.SamplingDuration,
                    BreakDuration = configuration.BreakDuration,
                    StateProvider = _state,
                    ShouldHandle = arguments => ValueTask.FromResult(CountsAgainstShadow(arguments.Outcome.Result)),
                    OnOpened = arguments =>
                    {
                        Volatile.Write(ref _openedAt, timeProvider.GetTimestamp());
                        Volatile.Write(ref _breakTicks, arguments.BreakDuration.Ticks);
                        if (Interlocked.Exchange(ref _isOpen, 1) == 0)
                        {
                            opened(arguments.BreakDuration);
                        }

                        return default;
                    },
                    OnClosed = _ =>
                    {
                        if (Interlocked.Exchange(ref _isOpen, 0) == 1)
                        {
                            closed();
                        }

                        return default;
                    },
                }
            )
            .Build();
    }

    /// <summary>Whether it admits every send. Then it has to be told each result.</summary>
    public bool IsClosed => _state.CircuitState == CircuitState.Closed;

    /// <summary>Whether it admits nothing, not even a probe: a copy that is refused for this costs nothing to find out.</summary>
    public bool RefusesAll =>
        _state.CircuitState == CircuitState.Open
        && _timeProvider.GetElapsedTime(Volatile.Read(ref _openedAt)).Ticks < Volatile.Read(ref _breakTicks);

    /// <summary>Tells it the result of a send that it did not run. It forgets one that comes when it has opened: that could be taken for a probe.</summary>
    public async ValueTask TellAsync(SendResult result)
    {
        Note(result);

        // This is no success either, that would outweigh failures.
        if (IsClosed && !IsLongPoll(result))
        {
            await ExecuteAsync(static (_, result) => ValueTask.FromResult(Outcome.FromResult(result)), result);
        }
    }

    /// <summary>Runs a send, if it admits it: as a probe, or not at all. The timeout of a probe counts as any other does: only when no copy was answered lately.</summary>
    public async ValueTask<Outcome<SendResult>> TryAsync<TState>(
        Func<TState, SendDeadline, ValueTask<SendResult>> send,
        TState state,
        SendDeadline deadline
    )
    {
        var outcome = await ExecuteAsync(
            static async (_, run) => Outcome.FromResult(await run.Send(run.State, run.Deadline)),
            (Send: send, State: state, Deadline: deadline)
        );
        if (outcome.Exception is null)
        {
            Note(outcome.Result);
        }

        return outcome;
    }

    private bool CountsAgainstShadow(SendResult result) => result.CountsAgainstShadow && !IsLongPoll(result);

    // A shadow that answers others is there, and what takes too long may be a long poll. One that hangs has opened the breaker by
    // timeouts, which count only when the last answer is old: its probes count then, too.
    private bool IsLongPoll(SendResult result) => result.Failure is FailReason.Timeout && WasAnsweredLately;

    private bool WasAnsweredLately =>
        Volatile.Read(ref _answeredAt) is var answered
        && answered != Never
        && _timeProvider.GetElapsedTime(answered) < _samplingDuration;

    private void Note(SendResult result)
    {
        if (result.Failure is null)
        {
            Volatile.Write(ref _answeredAt, _timeProvider.GetTimestamp());
        }
    }

    private async ValueTask<Outcome<SendResult>> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<SendResult>>> callback,
        TState state
    )
    {
        var context = ResilienceContextPool.Shared.Get();
        var outcome = await _pipeline.ExecuteOutcomeAsync(callback, context, state);
        ResilienceContextPool.Shared.Return(context);
        return outcome;
    }
}
