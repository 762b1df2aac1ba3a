using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Background;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>
/// Keeps the token of one shadow: got by the first copy that needs one, renewed a little before it expires while copies still carry the old one, and one call
/// at a time. A provider that fails is asked again after a while, not for every copy.
/// </summary>
internal sealed class BearerTokens
{
    /// <summary>How long before its end a token is renewed; half of its time when that is less.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    /// <summary>How long a provider that has failed is left alone.</summary>
    internal static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);

    /// <summary>How many calls of one provider may go on past their time. It is not asked again until one of them ends.</summary>
    internal const int MostOverdue = 4;

    private static readonly Task<Held?> _none = Task.FromResult<Held?>(null);

    private readonly Lock _gate = new();
    private readonly string _shadow;
    private readonly BackgroundWorkers _background;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private volatile Held? _held;
    private Call? _call;
    private Failure? _failure;
    private Running? _running;
    private bool _hasFailed;

    public BearerTokens(string shadow, BackgroundWorkers background, ILogger logger, TimeProvider timeProvider)
    {
        _shadow = shadow;
        _background = background;
        _logger = logger;
        _timeProvider = timeProvider;
    }

    /// <summary>Gets the value of <c>Authorization</c>.</summary>
    /// <param name="provider">Where tokens come from. Another one than before begins anew.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="stopping">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">There is no token.</exception>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public ValueTask<string> GetAsync(
        Func<CancellationToken, ValueTask<BearerToken>> provider,
        TimeSpan timeout,
        CancellationToken stopping
    )
    {
        var now = _timeProvider.GetUtcNow();
        if (_held is { } held && held.Provider == provider && now < held.ExpiresAt)
        {
            if (now >= held.RenewAt)
            {
                _ = TryCall(provider, timeout);
            }

            return new ValueTask<string>(held.Authorization);
        }

        return WaitAsync(provider, timeout, stopping);
    }

    private async ValueTask<string> WaitAsync(
        Func<CancellationToken, ValueTask<BearerToken>> provider,
        TimeSpan timeout,
        CancellationToken stopping
    )
    {
        Held? held;
        try
        {
            held = await TryCall(provider, timeout).WaitAsync(timeout, _timeProvider, stopping);
        }
        catch (TimeoutException exception)
        {
            // One that blocks its thread does not end by itself.
            Report(exception);
            throw;
        }

        return held?.Authorization
            ?? throw new WithheldCauseException("There is no bearer token for the copy.", _failure?.Exception);
    }

    /// <returns>The token of the call that is under way, or that has just ended; none when the provider is to be left alone.</returns>
    private Task<Held?> TryCall(Func<CancellationToken, ValueTask<BearerToken>> provider, TimeSpan timeout)
    {
        lock (_gate)
        {
            // Since the caller looked, a call may have ended.
            if (_held is { } held && held.Provider == provider && _timeProvider.GetUtcNow() < held.RenewAt)
            {
                return Task.FromResult<Held?>(held);
            }

            if (_call is { } call && call.Provider == provider)
            {
                // One that heeds neither its token nor its time, blocking a thread: there will be no second, and nobody waits for it any more.
                return _timeProvider.GetElapsedTime(call.BeganAt) < call.Timeout || call.Result.IsCompleted
                    ? call.Result
                    : _none;
            }

            if (
                _failure is { } failure
                && failure.Provider == provider
                && _timeProvider.GetElapsedTime(failure.At) < BackOff
            )
            {
                return _none;
            }

            _running = _running?.Provider == provider ? _running : new Running(provider);
            if (Volatile.Read(ref _running.Calls) >= MostOverdue)
            {
                return _none;
            }

            var result = new TaskCompletionSource<Held?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _call = new Call(provider, result.Task, _timeProvider.GetTimestamp(), timeout, _running);
            _ = RunAsync(_call, result);
            return result.Task;
        }
    }

    // Never fails: nobody may be waiting.
    private async Task RunAsync(Call call, TaskCompletionSource<Held?> result)
    {
        // The caller holds the lock, which code of the app's must not run under.
        await _background.YieldAsync();

        Held? held = null;
        Exception? exception = null;
        try
        {
            held = await AskAsync(call);
        }
        catch (Exception thrown)
        {
            exception = thrown;
        }

        Note(call, held, exception);
        result.SetResult(held);
    }

    private async Task<Held> AskAsync(Call call)
    {
        // The token is for all copies, and its trace belongs to none.
        Activity.Current = null;
        var token = await AskInTimeAsync(call);
        var now = _timeProvider.GetUtcNow();
        if (string.IsNullOrEmpty(token.Value) || token.Value.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new InvalidOperationException(
                "The provider gave a token that is empty, or holds blanks, control characters or others that are not ASCII."
            );
        }

        var left = token.ExpiresAt - now;
        if (left <= TimeSpan.Zero)
        {
            throw new InvalidOperationException("The provider gave a token that has expired.");
        }

        var ahead = left / 2 < Ahead ? left / 2 : Ahead;
        return new Held(call.Provider, $"Bearer {token.Value}", token.ExpiresAt - ahead, token.ExpiresAt);
    }

    private async Task<BearerToken> AskInTimeAsync(Call call)
    {
        using var over = new CancellationTokenSource(call.Timeout, _timeProvider);
        try
        {
            var asking = call.Provider(over.Token).AsTask();
            _ = ObserveAsync(asking, call.Running);
            return await asking.WaitAsync(over.Token);
        }
        catch (OperationCanceledException exception) when (over.IsCancellationRequested)
        {
            throw new TimeoutException("The provider of tokens took longer than a send may.", exception);
        }
    }

    // What a provider still throws after its time was over is nobody's news.
    private static async Task ObserveAsync(Task asking, Running running)
    {
        Interlocked.Increment(ref running.Calls);
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref running.Calls);
    }

    private void Note(Call call, Held? held, Exception? exception)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_call, call))
            {
                // A reload has another provider by now.
                return;
            }

            _call = null;
            _held = held ?? _held;
            _failure = held is null ? new Failure(call.Provider, _timeProvider.GetTimestamp(), exception!) : null;
        }

        Report(exception);
    }

    // Once when it begins to fail, and once when it succeeds again.
    private void Report(Exception? exception)
    {
        if (Interlocked.Exchange(ref _hasFailed, exception is not null) == exception is not null)
        {
            return;
        }

        if (exception is null)
        {
            Log.BearerTokenIsBack(_logger, _shadow);
        }
        else
        {
            // Not the exception itself: it may hold what the provider authenticates with. Level Debug shows it with the copy that was lost.
            Log.BearerTokenFailed(_logger, _shadow, exception.GetType());
        }
    }

    private sealed record Held(
        Func<CancellationToken, ValueTask<BearerToken>> Provider,
        string Authorization,
        DateTimeOffset RenewAt,
        DateTimeOffset ExpiresAt
    );

    private sealed record Call(
        Func<CancellationToken, ValueTask<BearerToken>> Provider,
        Task<Held?> Result,
        long BeganAt,
        TimeSpan Timeout,
        Running Running
    );

    private sealed class Running(Func<CancellationToken, ValueTask<BearerToken>> provider)
    {
        public int Calls;

        public Func<CancellationToken, ValueTask<BearerToken>> Provider { get; } = provider;
    }

    private sealed record Failure(
        Func<CancellationToken, ValueTask<BearerToken>> Provider,
        long At,
        Exception Exception
    );
}
