using System.Runtime.CompilerServices;
using Polly;
using Polly.CircuitBreaker;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>The circuit breaker of one shadow.</summary>
internal sealed class Breaker
{
    private readonly ResiliencePipeline<SendResult> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private int _isOpen;

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
        _pipeline = new ResiliencePipelineBuilder<SendResult> { TimeProvider = timeProvider }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<SendResult>
                {
                    FailureRatio = configuration.FailureRatio,
                    MinimumThroughput = configuration.MinimumThroughput,
                    SamplingDuration = configuration.SamplingDuration,
                    BreakDuration = configuration.BreakDuration,
                    StateProvider = _state,
                    ShouldHandle = static arguments =>
                        ValueTask.FromResult(arguments.Outcome.Result.CountsAgainstShadow),
                    OnOpened = arguments =>
                    {
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

    private bool IsClosed => _state.CircuitState == CircuitState.Closed;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome<SendResult>> ExecuteAsync<TState>(
        Func<TState, SendDeadline, ValueTask<SendResult>> send,
        TState state,
        SendDeadline deadline
    )
    {
        if (!IsClosed)
        {
            return await RunAsync(
                static async (_, run) => Outcome.FromResult(await run.Send(run.State, run.Deadline)),
                (Send: send, State: state, Deadline: deadline)
            );
        }

        var result = await send(state, deadline);

        // One that has opened meanwhile has no use for a result of before; to hand it one could be taken for a probe.
        if (IsClosed)
        {
            await RunAsync(static (_, result) => ValueTask.FromResult(Outcome.FromResult(result)), result);
        }

        return Outcome.FromResult(result);
    }

    private async ValueTask<Outcome<SendResult>> RunAsync<TState>(
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
