using Microsoft.Extensions.Logging;
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
        var pipeline = _pipeline.Current;

        _pipeline.Update(Shadow with { Timeout = TimeSpan.FromSeconds(1), Percent = 1, CircuitBreaker = Copy(Shadow) });
        await RunAsync(Failed("connect"));

        Assert.Same(pipeline, _pipeline.Current);
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
            try
            {
                await _pipeline.Current.ExecuteAsync(_ => ValueTask.FromResult(result), Token);
            }
            catch (BrokenCircuitException) when (ignoreOpen)
            {
                return;
            }
        }
    }

    // Looks without leaving a trace in the breaker's sample of failures.
    private async Task<bool> IsOpenAsync()
    {
        try
        {
            await _pipeline.Current.ExecuteAsync(_ => ValueTask.FromResult(SendResult.Answered(200)), Token);
            return false;
        }
        catch (BrokenCircuitException)
        {
            return true;
        }
    }

    private (Task<SendResult> Sending, Func<CancellationToken> Token) Hang()
    {
        var seen = default(CancellationToken);
        var sending = _pipeline
            .Current.ExecuteAsync(
                async cancellationToken =>
                {
                    seen = cancellationToken;
                    try
                    {
                        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                        return SendResult.Answered(200);
                    }
                    catch (OperationCanceledException exception)
                    {
                        return SendResult.Failed(FailReason.Timeout, exception);
                    }
                },
                Token
            )
            .AsTask();
        return (sending, () => seen);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
