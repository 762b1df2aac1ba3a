using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class BearerTokensTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TestTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly BearerTokens _tokens;
    private Func<CancellationToken, ValueTask<BearerToken>> _answer;
    private int _calls;

    public BearerTokensTests()
    {
        _tokens = new BearerTokens("v2", TestWorkers.Shared, _logger, _time);
        _answer = _ => ValueTask.FromResult(Token($"t{_calls}"));
    }

    [Fact]
    public async Task GetAsync_UntilItIsTimeToRenew_AsksOnce()
    {
        Assert.Equal("Bearer t1", await GetAsync());
        _time.Advance(Hour - BearerTokens.Ahead - TimeSpan.FromTicks(1));

        var sync = _tokens.GetAsync(Ask, Timeout, CancellationToken.None);

        Assert.True(sync.IsCompletedSuccessfully);
        Assert.Equal("Bearer t1", await sync);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task GetAsync_ALittleBeforeTheEnd_RenewsBehindTheOldOne()
    {
        await GetAsync();
        _time.Advance(Hour - BearerTokens.Ahead);
        var gate = new TaskCompletionSource();
        _answer = async _ =>
        {
            await gate.Task;
            return Token("new");
        };

        Assert.Equal("Bearer t1", await GetAsync());
        Assert.Equal("Bearer t1", await GetAsync());
        gate.SetResult();
        await UntilAsync("Bearer new");

        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task GetAsync_OfATokenThatIsShortLived_RenewsAtHalfOfItsTime()
    {
        _answer = _ => ValueTask.FromResult(Token($"t{_calls}", TimeSpan.FromSeconds(4)));
        await GetAsync();
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Equal("Bearer t1", await GetAsync());
        Assert.Equal(1, _calls);

        _time.Advance(TimeSpan.FromTicks(1));
        await UntilAsync("Bearer t2");
    }

    [Fact]
    public async Task GetAsync_AfterTheEnd_WaitsForANewOne()
    {
        await GetAsync();
        _time.Advance(Hour);

        Assert.Equal("Bearer t2", await GetAsync());
    }

    [Fact]
    public async Task GetAsync_ByManyAtOnce_AsksOnce()
    {
        var gate = new TaskCompletionSource();
        _answer = async _ =>
        {
            await gate.Task;
            return Token("one");
        };
        var waiting = Enumerable.Range(0, 50).Select(_ => GetAsync()).ToArray();
        gate.SetResult();

        Assert.All(await Soon.Ends(Task.WhenAll(waiting)), value => Assert.Equal("Bearer one", value));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task GetAsync_OfAProviderThatFails_LeavesItAloneForAWhileAndSaysSoOnce()
    {
        var fault = new InvalidOperationException("client_secret=hush-hush");
        _answer = _ => throw fault;

        for (var i = 0; i < 10; i++)
        {
            var exception = await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);
            Assert.Same(fault, exception.InnerException);
        }

        Assert.Equal(1, _calls);
        _time.Advance(BearerTokens.BackOff);
        await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);
        Assert.Equal(2, _calls);

        var line = Assert.Single(_logger.Lines);
        Assert.Equal((EventIds.BearerTokenFailed, LogLevel.Warning), (line.EventId, line.Level));
        Assert.DoesNotContain("hush-hush", $"{line.Message}{line.Exception}", StringComparison.Ordinal);

        _answer = _ => ValueTask.FromResult(Token("good"));
        _time.Advance(BearerTokens.BackOff);
        Assert.Equal("Bearer good", await GetAsync());
        Assert.Equal(EventIds.BearerTokenIsBack, _logger.Lines[^1].EventId);
        Assert.Equal(2, _logger.Lines.Length);
    }

    [Fact]
    public async Task GetAsync_WhenRenewingFails_GoesOnWithTheOldOneUntilItExpires()
    {
        await GetAsync();
        _time.Advance(Hour - BearerTokens.Ahead);
        _answer = _ => throw new InvalidOperationException();

        Assert.Equal("Bearer t1", await GetAsync());
        await Soon.Holds(() => _logger.Lines.Length == 1, "It was logged.");
        Assert.Equal("Bearer t1", await GetAsync());
        Assert.Equal(2, _calls);

        _time.Advance(BearerTokens.Ahead);
        await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);
        Assert.Single(_logger.Lines);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("a\0")]
    [InlineData("\u00e9")]
    public async Task GetAsync_OfAValueThatIsNone_IsRefused(string? value)
    {
        _answer = _ => ValueTask.FromResult(Token(value!));

        var exception = await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);

        Assert.DoesNotContain("Injected", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_OfATokenThatHasExpired_IsRefused()
    {
        _answer = _ => ValueTask.FromResult(Token("old", TimeSpan.Zero));
        await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);

        _time.Advance(BearerTokens.BackOff);
        _answer = _ => default;
        await Assert.ThrowsAsync<WithheldCauseException>(GetAsync);
    }

    [Fact]
    public async Task GetAsync_OfATokenThatNeverExpires_IsKept()
    {
        _answer = _ => ValueTask.FromResult(new BearerToken("for-ever", DateTimeOffset.MaxValue));

        Assert.Equal("Bearer for-ever", await GetAsync());
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.Equal("Bearer for-ever", await GetAsync());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task GetAsync_OfAProviderThatHangs_EndsInTimeAndIsAskedAgain()
    {
        var called = new TaskCompletionSource<CancellationToken>();
        _answer = token =>
        {
            called.SetResult(token);
            return new ValueTask<BearerToken>(new TaskCompletionSource<BearerToken>().Task);
        };
        var waiting = GetAsync();
        var given = await Soon.Ends(called.Task);

        _time.Advance(Timeout);
        await Assert.ThrowsAnyAsync<Exception>(() => Soon.Ends(waiting));
        Assert.True(given.IsCancellationRequested);
        await Soon.Holds(() => _logger.Lines.Length == 1, "It was logged.");

        _answer = _ => ValueTask.FromResult(Token("good"));
        _time.Advance(BearerTokens.BackOff);
        await UntilAsync("Bearer good");
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task GetAsync_OfAProviderWhoseCallsHeapUp_IsNotAskedUntilOneEnds()
    {
        var hanging = new TaskCompletionSource<BearerToken>();
        _answer = _ => new ValueTask<BearerToken>(hanging.Task);
        for (var call = 1; call <= BearerTokens.MostOverdue; call++)
        {
            var waiting = await AskedAgainAsync(call);
            _time.Advance(Timeout);
            await Assert.ThrowsAnyAsync<Exception>(() => Soon.Ends(waiting));
        }

        _time.Advance(BearerTokens.BackOff);
        await Assert.ThrowsAsync<WithheldCauseException>(() => Soon.Ends(GetAsync()));
        Assert.Equal(BearerTokens.MostOverdue, _calls);

        _answer = _ => ValueTask.FromResult(Token("good"));
        hanging.SetResult(Token("late"));
        await UntilAsync("Bearer good");
    }

    [Fact]
    public async Task GetAsync_OfAProviderThatBlocks_HoldsNobodyLongerThanTheTime()
    {
        using var gate = new ManualResetEventSlim();
        _answer = _ =>
        {
            gate.Wait(CancellationToken.None);
            return ValueTask.FromResult(Token("late"));
        };
        var waiting = GetAsync();
        await Soon.Holds(() => _calls == 1, "It was called.");

        _time.Advance(Timeout);
        await Assert.ThrowsAsync<TimeoutException>(() => Soon.Ends(waiting));
        await Assert.ThrowsAsync<WithheldCauseException>(() => Soon.Ends(GetAsync()));
        _time.Advance(Hour);
        await Assert.ThrowsAsync<WithheldCauseException>(() => Soon.Ends(GetAsync()));
        Assert.Equal(1, _calls);
        Assert.Single(_logger.Of(EventIds.BearerTokenFailed));

        gate.Set();
        await UntilAsync("Bearer late");
    }

    [Fact]
    public async Task GetAsync_WhenTheHostStops_EndsAtOnceAndTheCallGoesOn()
    {
        var gate = new TaskCompletionSource<BearerToken>();
        _answer = _ => new ValueTask<BearerToken>(gate.Task);
        using var stopping = new CancellationTokenSource();
        var stopped = _tokens.GetAsync(Ask, Timeout, stopping.Token).AsTask();
        var other = GetAsync();

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(stopped));
        gate.SetResult(Token("t"));

        Assert.Equal("Bearer t", await Soon.Ends(other));
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task GetAsync_WithAnotherProvider_AsksThat()
    {
        await GetAsync();

        Assert.Equal(
            "Bearer other",
            await _tokens.GetAsync(_ => ValueTask.FromResult(Token("other")), Timeout, CancellationToken.None)
        );
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task GetAsync_RunsTheProviderOutsideOfTheCopysTrace()
    {
        Activity? seen = null;
        _answer = _ =>
        {
            seen = Activity.Current;
            return ValueTask.FromResult(Token("t"));
        };
        using var activity = new Activity("copy").Start();

        await GetAsync();

        Assert.Null(seen);
        Assert.Same(activity, Activity.Current);
    }

    private BearerToken Token(string value, TimeSpan? lifetime = null) =>
        new(value, _time.GetUtcNow() + (lifetime ?? Hour));

    private ValueTask<BearerToken> Ask(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return _answer(cancellationToken);
    }

    private Task<string> GetAsync() => _tokens.GetAsync(Ask, Timeout, CancellationToken.None).AsTask();

    /// <returns>A wait for the call that makes them so many.</returns>
    private async Task<Task<string>> AskedAgainAsync(int calls)
    {
        var waiting = GetAsync();
        for (var i = 0; Volatile.Read(ref _calls) < calls; i++)
        {
            Assert.True(i < 1_000_000, $"Never came: call {calls}");
            await Task.Yield();
            if (waiting.IsCompleted)
            {
                // Left alone since a moment that only the call before knows.
                _time.Advance(BearerTokens.BackOff);
                waiting = GetAsync();
            }
        }

        return waiting;
    }

    private async Task UntilAsync(string expected)
    {
        var got = "";
        for (var i = 0; got != expected; i++)
        {
            Assert.True(i < 1_000_000, $"Never came: {expected}");
            await Task.Yield();
            try
            {
                got = await GetAsync();
            }
            catch (WithheldCauseException)
            {
                // Left alone since a moment that only the call itself knows.
                _time.Advance(BearerTokens.BackOff);
            }
        }
    }
}
