using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>What stands around the sends to one shadow: a circuit breaker, then a timeout. No retries: they would repeat writes.</summary>
internal sealed partial class ShadowPipeline
{
    private readonly string _shadow;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private BreakerConfiguration _breaker;
    private long _timeoutTicks;
    private volatile ResiliencePipeline<SendResult> _pipeline;

    public ShadowPipeline(ShadowConfiguration configuration, ILogger logger, TimeProvider timeProvider)
    {
        _shadow = configuration.Name;
        _logger = logger;
        _timeProvider = timeProvider;
        _breaker = configuration.CircuitBreaker;
        _timeoutTicks = configuration.Timeout.Ticks;
        _pipeline = Build();
    }

    /// <summary>The pipeline in force.</summary>
    public ResiliencePipeline<SendResult> Current => _pipeline;

    /// <summary>Takes over a reload. The breaker forgets what it has seen only when its own settings changed.</summary>
    public void Update(ShadowConfiguration configuration)
    {
        Volatile.Write(ref _timeoutTicks, configuration.Timeout.Ticks);
        if (configuration.CircuitBreaker != _breaker)
        {
            _breaker = configuration.CircuitBreaker;
            _pipeline = Build();
        }
    }

    private ResiliencePipeline<SendResult> Build()
    {
        var isOpen = 0;
        return new ResiliencePipelineBuilder<SendResult> { TimeProvider = _timeProvider }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<SendResult>
                {
                    FailureRatio = _breaker.FailureRatio,
                    MinimumThroughput = _breaker.MinimumThroughput,
                    SamplingDuration = _breaker.SamplingDuration,
                    BreakDuration = _breaker.BreakDuration,
                    ShouldHandle = static arguments =>
                        ValueTask.FromResult(arguments.Outcome.Result.CountsAgainstShadow),
                    OnOpened = arguments =>
                    {
                        // Each probe that fails opens it again, which is no news.
                        if (Interlocked.Exchange(ref isOpen, 1) == 0)
                        {
                            Log.BreakerOpened(_logger, _shadow, arguments.BreakDuration);
                        }

                        return default;
                    },
                    OnClosed = _ =>
                    {
                        if (Interlocked.Exchange(ref isOpen, 0) == 1)
                        {
                            Log.BreakerClosed(_logger, _shadow);
                        }

                        return default;
                    },
                }
            )
            .AddTimeout(
                new TimeoutStrategyOptions
                {
                    TimeoutGenerator = _ => ValueTask.FromResult(TimeSpan.FromTicks(Volatile.Read(ref _timeoutTicks))),
                }
            )
            .Build();
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventIds.BreakerOpened,
            LogLevel.Warning,
            "Shadow {Shadow} cannot be reached: sends pause for {BreakDuration}. Clients are not affected; copies are dropped and counted.",
            EventName = nameof(BreakerOpened)
        )]
        public static partial void BreakerOpened(ILogger logger, string shadow, TimeSpan breakDuration);

        [LoggerMessage(
            EventIds.BreakerClosed,
            LogLevel.Information,
            "Shadow {Shadow} can be reached again.",
            EventName = nameof(BreakerClosed)
        )]
        public static partial void BreakerClosed(ILogger logger, string shadow);
    }
}
