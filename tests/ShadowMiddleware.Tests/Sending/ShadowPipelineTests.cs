using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class ShadowPipelineTests
{
    private static readonly ShadowConfiguration Shadow = TestShadow.Named() with
    {
        CircuitBreaker = new BreakerConfiguration(0.5, 4, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
    };

    private readonly TestTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly ShadowPipeline _pipeline;

    public ShadowPipelineTests() => _pipeline = new ShadowPipeline(Shadow, _logger, _time);

    [Theory]
    [InlineData("connect", true)]
    [InlineData("reset", true)]
    [InlineData("timeout", true)]
    [InlineData("tls", false)]
    [InlineData("protocol", false)]
    [InlineData("shutdown", false)]
    [InlineData("other", false)]
    public async Task Breaker_OverFailures_OpensForThoseThatSayTheShadowIsAway(string reason, bool opens)
    {
        await RunAsync(Failed(reason), times: 4);

        Assert.Equal(opens, await IsOpenAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(101)]
    public async Task Breaker_OverStatuses_NeverOpens(int status)
    {
        await RunAsync(SendResult.Answered(status), times: 100);

        Assert.False(await IsOpenAsync());
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Breaker_BelowTheThroughput_StaysClosed()
    {
        await RunAsync(Failed("connect"), times: 3);

        Assert.False(await IsOpenAsync());
    }

    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(2, 2, true)]
    public async Task Breaker_AtTheRatio_Opens(int successes, int failures, bool opens)
    {
        await RunAsync(SendResult.Answered(200), successes);
        await RunAsync(Failed("connect"), failures);

        Assert.Equal(opens, await IsOpenAsync());
    }

    [Fact]
    public async Task Breaker_OverLongPollsAmongQuickAnswers_StaysClosed()
    {
        // Three of four copies are long polls, for five minutes.
        for (var second = 0; second < 300; second++)
        {
            if (second % 4 == 0)
            {
                await RunAsync(SendResult.Answered(200));
            }
            else
            {
                await RunAsync(Failed("timeout"));
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(_logger.Lines);
    }

    [Theory]
    [InlineData("connect", true)]
    [InlineData("reset", true)]
    [InlineData("timeout", false)]
    public async Task Breaker_OverTimeoutsOfAShadowThatAnswers_CountsThemNeitherWay(string failure, bool opens)
    {
        await RunAsync(SendResult.Answered(200), times: 2);
        await RunAsync(Failed("timeout"), times: 100);

        await RunAsync(Failed(failure), times: 2, ignoreOpen: true);

        Assert.Equal(opens, await IsOpenAsync());
    }

    [Fact]
    public async Task Breaker_OfAShadowThatHangsFromTheStart_OpensAtTheThroughput()
    {
        await RunAsync(Failed("timeout"), times: 3);
        Assert.Empty(_logger.Lines);

        await RunAsync(Failed("timeout"));

        Assert.Single(_logger.Of(EventIds.BreakerOpened));
    }

    [Fact]
    public async Task Breaker_OfAShadowThatWasWellAndHangs_OpensAtTheThroughputBehindTheSamplingDuration()
    {
        for (var second = 0; second < 60; second++)
        {
            await RunAsync(SendResult.Answered(200), times: 10);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var seconds = 0;
        for (; _logger.Lines.Length == 0 && seconds < 100; seconds++)
        {
            await RunAsync(Failed("timeout"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // The last answer was a second before, and four timeouts a second apart are the throughput.
        Assert.InRange(seconds, 30, 30 + 4);
        Assert.Single(_logger.Of(EventIds.BreakerOpened));
    }

    [Fact]
    public async Task Breaker_WhoseProbeIsALongPoll_ClosesWhereOthersWereAnsweredLately()
    {
        await RunAsync(SendResult.Answered(200), times: 2);
        await RunAsync(Failed("connect"), times: 2);
        _time.Advance(TimeSpan.FromSeconds(5.1));

        await RunAsync(Failed("timeout"));

        Assert.False(await IsOpenAsync());
        Assert.Equal([EventIds.BreakerOpened, EventIds.BreakerClosed], _logger.Lines.Select(line => line.EventId));
    }

    [Fact]
    public async Task Breaker_OfAShadowThatHangs_StaysOpenWhateverItsProbes()
    {
        await RunAsync(SendResult.Answered(200), times: 2);
        _time.Advance(TimeSpan.FromSeconds(30));
        await RunAsync(Failed("timeout"), times: 4);

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5.1));
            await RunAsync(Failed("timeout"));
            Assert.True(await IsOpenAsync());
        }

        Assert.Single(_logger.Of(EventIds.BreakerOpened));
    }

    [Fact]
    public async Task Breaker_OfAShadowThatBrokeAndThenHangs_IsOpenForGoodBehindTheSamplingDuration()
    {
        await RunAsync(SendResult.Answered(200), times: 2);
        await RunAsync(Failed("connect"), times: 2);

        var closed = 0;
        for (var second = 0; second < 120; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await RunAsync(Failed("timeout"), ignoreOpen: true);
            closed = _logger.Of(EventIds.BreakerOpened).Length == 2 ? closed : second;
        }

        Assert.InRange(closed, 29, 29 + 5);
        Assert.Equal(2, _logger.Of(EventIds.BreakerOpened).Length);
        Assert.Single(_logger.Of(EventIds.BreakerClosed));
        Assert.True(await IsOpenAsync());
    }

    [Fact]
    public async Task Breaker_WhoseProbeWasAnswered_CountsNoTimeoutsThen()
    {
        await RunAsync(Failed("connect"), times: 4);
        _time.Advance(TimeSpan.FromSeconds(5.1));
        await RunAsync(SendResult.Answered(200));

        await RunAsync(Failed("timeout"), times: 10);

        Assert.False(await IsOpenAsync());
    }

    [Fact]
    public async Task Breaker_ThatOpens_SaysSoOnce()
    {
        await RunAsync(Failed("connect"), times: 4);

        var line = Assert.Single(_logger.Lines);
        Assert.Equal((LogLevel.Warning, EventIds.BreakerOpened), (line.Level, line.EventId));
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
        Assert.Contains("00:00:05", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaker_WhoseProbesFail_SaysNothingMore()
    {
        await RunAsync(Failed("connect"), times: 4);

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5.1));
            await RunAsync(Failed("connect"));
            Assert.True(await IsOpenAsync());
        }

        Assert.Single(_logger.Lines);
    }

    [Fact]
    public async Task Breaker_WhoseProbeSucceeds_ClosesAndSaysSoOnce()
    {
        await RunAsync(Failed("connect"), times: 4);
        _time.Advance(TimeSpan.FromSeconds(5.1));

        await RunAsync(SendResult.Answered(500));

        Assert.False(await IsOpenAsync());
        Assert.Equal([EventIds.BreakerOpened, EventIds.BreakerClosed], _logger.Lines.Select(line => line.EventId));
        Assert.Equal(LogLevel.Information, _logger.Lines[1].Level);
    }

    [Fact]
    public async Task Breaker_ThatOpenedMeanwhile_TakesNoResultOfBeforeForAProbe()
    {
        var answer = new TaskCompletionSource<SendResult>();
        var slow = _pipeline.ExecuteAsync(static (answer, _) => new ValueTask<SendResult>(answer.Task), answer, Token);
        await RunAsync(Failed("connect"), times: 4);
        _time.Advance(TimeSpan.FromSeconds(5.1));

        answer.SetResult(SendResult.Answered(200));

        Assert.Equal(200, (await slow).Result.StatusCode);
        Assert.Equal([EventIds.BreakerOpened], _logger.Lines.Select(line => line.EventId));
    }

    [Fact]
    public async Task Execute_WhenTheHostHasStopped_DoesNotSend()
    {
        var sends = 0;

        var outcome = await _pipeline.ExecuteAsync(
            (_, _) =>
            {
                sends++;
                return ValueTask.FromResult(SendResult.Answered(200));
            },
            state: false,
            new CancellationToken(canceled: true)
        );

        Assert.IsType<OperationCanceledException>(outcome.Exception);
        Assert.Equal(0, sends);
    }

    [Fact]
    public async Task Breaker_ThatOpensASecondTime_SaysSoAgain()
    {
        for (var i = 0; i < 2; i++)
        {
            await RunAsync(Failed("connect"), times: 4);
            _time.Advance(TimeSpan.FromSeconds(5.1));
            await RunAsync(SendResult.Answered(200));
        }

        Assert.Equal(2, _logger.Of(EventIds.BreakerOpened).Length);
        Assert.Equal(2, _logger.Of(EventIds.BreakerClosed).Length);
    }

    [Fact]
    public async Task Update_OfOtherSettings_KeepsTheBreaker()
    {
        await RunAsync(Failed("connect"), times: 3);
        _pipeline.Update(Shadow with { Timeout = TimeSpan.FromSeconds(1), Percent = 1, CircuitBreaker = Copy(Shadow) });
        await RunAsync(Failed("connect"));

        Assert.True(await IsOpenAsync());
    }

    [Fact]
    public async Task Update_OfTheBreaker_BeginsAnew()
    {
        await RunAsync(Failed("connect"), times: 4);

        _pipeline.Update(Shadow with { CircuitBreaker = Copy(Shadow) with { MinimumThroughput = 6 } });

        Assert.False(await IsOpenAsync());
        await RunAsync(Failed("connect"), times: 10, ignoreOpen: true);
        Assert.True(await IsOpenAsync());
        Assert.Equal(2, _logger.Of(EventIds.BreakerOpened).Length);
    }

    [Fact]
    public async Task Timeout_WhenItsTimeIsOver_EndsTheSend()
    {
        var (sending, token) = Hang();

        _time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.False(token().IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(token().IsCancellationRequested);
        Assert.Equal(FailReason.Timeout, (await Soon.Ends(sending)).Failure);
    }

    [Fact]
    public async Task Update_OfTheTimeout_AppliesToTheNextSend()
    {
        _pipeline.Update(Shadow with { Timeout = TimeSpan.FromMilliseconds(100) });
        var (sending, token) = Hang();

        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.True(token().IsCancellationRequested);
        Assert.Equal(FailReason.Timeout, (await Soon.Ends(sending)).Failure);
    }

    private static BreakerConfiguration Copy(ShadowConfiguration shadow) => shadow.CircuitBreaker with { };

    private static SendResult Failed(string reason) =>
        SendResult.Failed(
            Enum.GetValues<FailReason>().Single(value => ReasonNames.Name(value) == reason),
            new HttpRequestException(reason)
        );

    private async Task RunAsync(SendResult result, int times = 1, bool ignoreOpen = false)
    {
        for (var i = 0; i < times; i++)
        {
            var outcome = await RunAsync(_pipeline, result);
            if (!ignoreOpen)
            {
                Assert.Null(outcome.Exception);
            }
        }
    }

    // Looks without leaving a trace in the breaker's sample of failures.
    private async Task<bool> IsOpenAsync() =>
        (await RunAsync(_pipeline, SendResult.Answered(200))).Exception is BrokenCircuitException;

    private static ValueTask<Outcome<SendResult>> RunAsync(ShadowPipeline pipeline, SendResult result) =>
        pipeline.ExecuteAsync(static (result, _) => ValueTask.FromResult(result), result, Token);

    private (Task<SendResult> Sending, Func<CancellationToken> Token) Hang()
    {
        var seen = default(CancellationToken);
        var sending = HangAsync();
        return (sending, () => seen);

        async Task<SendResult> HangAsync()
        {
            var outcome = await _pipeline.ExecuteAsync(
                async (_, deadline) =>
                {
                    seen = deadline.Over;
                    try
                    {
                        await new TaskCompletionSource().Task.WaitAsync(deadline.Over);
                        return SendResult.Answered(200);
                    }
                    catch (OperationCanceledException exception)
                    {
                        return SendResult.Failed(FailReason.Timeout, exception);
                    }
                },
                state: false,
                Token
            );
            return outcome.Result;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
