using System.Diagnostics;
using System.Runtime.CompilerServices;
using Polly;
using Polly.CircuitBreaker;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Pooling;

namespace ShadowMiddleware.Sending;

/// <inheritdoc />
internal sealed class ShadowSender : IShadowSender
{
    private readonly Lazy<ShadowClient> _client;
    private readonly ShadowPipeline _pipeline;
    private readonly TraceFields _traceFields;
    private readonly ShadowAccount _account;
    private readonly BackgroundWorkers _background;
    private readonly ReadAllowances _allowances;
    private readonly Action<MirroredRequest>[] _transforms;
    private readonly BearerTokens? _tokens;
    private readonly ConnectionCredentials? _credentials;
    private readonly ShadowConnector? _connector;

    private Origin? _origin;

    public ShadowSender(
        Lazy<ShadowClient> client,
        ShadowPipeline pipeline,
        TraceFields traceFields,
        ShadowAccount account,
        BackgroundWorkers background,
        Action<MirroredRequest>[]? transforms = null,
        BearerTokens? tokens = null,
        ConnectionCredentials? credentials = null,
        ShadowConnector? connector = null
    )
    {
        _transforms = transforms ?? [];
        _tokens = tokens;
        _credentials = credentials;
        _connector = connector;
        _allowances = connector?.Allowances ?? new ReadAllowances();
        _traceFields = traceFields;
        _client = client;
        _pipeline = pipeline;
        _account = account;
        _background = background;
    }

    public void Update(ShadowConfiguration configuration) => _pipeline.Update(configuration);

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    public async ValueTask SendAsync(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        CancellationToken stopping
    )
    {
        Activity? activity = null;
        MirroredRequestMessage? message = null;
        try
        {
            activity = MirrorActivity.Start(captured.Trace, captured.Line, configuration.Name, configuration.Address);

            // No message for a shadow that is away, and may be so for long.
            if (!_pipeline.RefusesAll || stopping.IsCancellationRequested)
            {
                string? authorization = null;
                if (configuration.Shaping is { BearerTokenProvider: { } provider })
                {
                    authorization = await _tokens!.GetAsync(provider, configuration.Timeout, stopping);
                    await _background.SwitchAsync();
                }

                message = CreateMessage(captured, configuration, tagHeader, activity, authorization, out var redaction);
                while (redaction?.Step() is false)
                {
                    // A large body is looked through for milliseconds.
                    await _background.SwitchAsync();
                }
            }
        }
        catch (Exception exception)
        {
            Drop(Reason(exception, stopping), captured, exception, activity);
            return;
        }

        if (message is null)
        {
            Drop(DropReason.BreakerOpen, captured, exception: null, activity);
            return;
        }

        // Kept here: a handler may put another content into the message.
        var content = message.Content as CapturedContent;
        content?.WriteOn(_background);
        var outcome = await _pipeline.ExecuteAsync(
            static (state, deadline) => state.Sender.SendAdmittedAsync(state.Message, deadline, state.Stopping),
            (Sender: this, Message: message, Stopping: stopping),
            stopping
        );

        // A send that was given up has ended on the thread of a timer.
        await _background.SwitchAsync();
        content?.End();
        End(outcome, captured, activity, stopping);
    }

    // What was admitted ends in a result; an exception comes from the pipeline itself, before the send.
    private void End(
        Outcome<SendResult> outcome,
        CapturedRequest captured,
        Activity? activity,
        CancellationToken stopping
    )
    {
        switch (outcome.Exception)
        {
            case null:
                Finish(outcome.Result, captured, activity);
                break;
            case BrokenCircuitException:
                Drop(DropReason.BreakerOpen, captured, exception: null, activity);
                break;
            case var exception:
                Drop(
                    stopping.IsCancellationRequested ? DropReason.Shutdown : DropReason.TransformFailed,
                    captured,
                    exception,
                    activity
                );
                break;
        }
    }

    // Why there is no message. A wait for a token ends with the host.
    private static DropReason Reason(Exception exception, CancellationToken stopping) =>
        exception switch
        {
            OperationCanceledException when stopping.IsCancellationRequested => DropReason.Shutdown,
            ByteBudgetException => DropReason.Budget,
            _ => DropReason.TransformFailed,
        };

    private MirroredRequestMessage CreateMessage(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        Activity? activity,
        string? authorization,
        out MessageRedaction? redaction
    )
    {
        var message = MirroredRequestFactory.Create(
            captured,
            configuration,
            tagHeader,
            _traceFields,
            activity,
            out redaction,
            mayStillWrite: _client is not { IsValueCreated: true, Value.HeedsToken: true },
            _transforms,
            authorization,
            _credentials
        );
        message.Allowance = AllowanceOf(configuration.Address);
        return message;
    }

    // Looked up when a reload has changed the address, and not for each copy.
    private ReadAllowance AllowanceOf(string address)
    {
        var origin = _origin;
        if (origin?.Address != address)
        {
            _origin = origin = new Origin(address, _allowances.For(new Uri(address)));
        }

        return origin.Allowance;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private async ValueTask<SendResult> SendAdmittedAsync(
        MirroredRequestMessage message,
        SendDeadline deadline,
        CancellationToken stopping
    )
    {
        _account.Mirror();
        var allowance = message.Allowance!;
        var began = TimeProvider.System.GetTimestamp();
        var isExactlyHttp2 = message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact };
        var progress = isExactlyHttp2 ? new ResponseProgress() : null;
        try
        {
            var client = _client.Value;
            if (client.HeedsToken)
            {
                return SendResult.Answered(await client.SendAsync(message, progress, deadline.Over));
            }

            deadline.PrepareToGiveUp();
            var sending = client.SendAsync(message, progress, deadline.Over).AsTask();
            return SendResult.Answered(await EndInTimeAsync(sending, deadline.GivenUp));
        }
        catch (Exception exception)
        {
            // Another copy may have timed out first, and with it the connection of this one.
            var isOver =
                (
                    deadline.Over.IsCancellationRequested
                    || (FailureClassifier.IsOfClosedConnection(exception) && allowance.HasClosedSilentSince(began))
                ) && !stopping.IsCancellationRequested;

            // A gRPC call may stream its responses for as long as it likes. As a failure it would open the breaker of a shadow that is well.
            if (isOver && progress?.StatusOfStream is { } status)
            {
                return SendResult.Answered(status);
            }

            if (isOver)
            {
                _connector?.TimedOut(allowance, deadline.Time);
            }

            var reason =
                stopping.IsCancellationRequested ? FailReason.Shutdown
                : isOver ? FailReason.Timeout
                : FailureClassifier.Classify(exception, isExactlyHttp2);
            return SendResult.Failed(reason, exception);
        }
    }

    // A handler that the app added may ignore the token: the copy is counted and its worker freed when its time is over.
    private static async ValueTask<int> EndInTimeAsync(Task<int> sending, CancellationToken givenUp)
    {
        try
        {
            return await sending.WaitAsync(givenUp);
        }
        finally
        {
            _ = ObserveAsync(sending);
        }
    }

    // What a send still throws after it was given up is nobody's news. It needs no hold on the captured request: each writing of the
    // body has its own, and one that begins later finds no body.
    private static async Task ObserveAsync(Task sending) =>
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Finish(SendResult result, CapturedRequest captured, Activity? activity)
    {
        if (result.Failure is { } reason)
        {
            MirrorActivity.Failed(activity, ReasonNames.Name(reason));
            _account.Fail(reason, captured.Line, result.Exception);
        }
        else
        {
            MirrorActivity.Answered(activity, result.StatusCode);
            _account.Complete(result.StatusCode, captured.PrimaryStatus);
        }
    }

    private void Drop(DropReason reason, CapturedRequest captured, Exception? exception, Activity? activity)
    {
        MirrorActivity.Failed(activity, ReasonNames.Name(reason));
        _account.Drop(reason, captured.Line, exception);
    }

    private sealed record Origin(string Address, ReadAllowance Allowance);
}
