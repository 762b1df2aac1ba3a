using System.Diagnostics;
using Polly;
using Polly.CircuitBreaker;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <inheritdoc />
internal sealed class ShadowSender : IShadowSender
{
    private readonly Lazy<ShadowClient> _client;
    private readonly ShadowPipeline _pipeline;
    private readonly ShadowAccount _account;

    public ShadowSender(Lazy<ShadowClient> client, ShadowPipeline pipeline, ShadowAccount account)
    {
        _client = client;
        _pipeline = pipeline;
        _account = account;
    }

    public void Update(ShadowConfiguration configuration) => _pipeline.Update(configuration);

    public async Task SendAsync(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        CancellationToken stopping
    )
    {
        Activity? activity = null;
        HttpRequestMessage message;
        try
        {
            activity = MirrorActivity.Start(captured.Trace, captured.Method, configuration.Name);
            message = MirroredRequestFactory.Create(captured, configuration, tagHeader, activity);
        }
        catch (Exception exception)
        {
            Drop(DropReason.TransformFailed, exception, activity);
            return;
        }

        // Kept here: a handler may put another content into the message.
        var content = message.Content as CapturedContent;
        var context = ResilienceContextPool.Shared.Get(stopping);
        var outcome = await _pipeline.Current.ExecuteOutcomeAsync(
            static (context, state) =>
                state.Sender.SendAdmittedAsync(state.Message, context.CancellationToken, state.Stopping),
            context,
            (Sender: this, Message: message, Stopping: stopping)
        );
        ResilienceContextPool.Shared.Return(context);
        content?.End();

        // What was admitted ends in a result; an exception comes from the pipeline itself, before the send.
        switch (outcome.Exception)
        {
            case null:
                Finish(outcome.Result, activity);
                break;
            case BrokenCircuitException:
                Drop(DropReason.BreakerOpen, exception: null, activity);
                break;
            case var exception:
                Drop(
                    stopping.IsCancellationRequested ? DropReason.Shutdown : DropReason.TransformFailed,
                    exception,
                    activity
                );
                break;
        }
    }

    private async ValueTask<Outcome<SendResult>> SendAdmittedAsync(
        HttpRequestMessage message,
        CancellationToken cancellationToken,
        CancellationToken stopping
    )
    {
        _account.Mirror();
        Task<int>? sending = null;

        // Made before the client can register with the token: what came last is called first, so that a send has let go of its connection
        // before it is given up and the next one begins.
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            sending = _client.Value.SendAsync(message, cancellationToken);

            // A handler that the app added may ignore the token: the copy is counted and its worker freed when its time is over.
            return Outcome.FromResult(SendResult.Answered(await sending.WaitAsync(givenUp.Token)));
        }
        catch (Exception exception)
        {
            _ = ObserveAsync(sending ?? Task.CompletedTask);
            var reason =
                stopping.IsCancellationRequested ? FailReason.Shutdown
                : cancellationToken.IsCancellationRequested ? FailReason.Timeout
                : FailureClassifier.Classify(
                    exception,
                    message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact }
                );
            return Outcome.FromResult(SendResult.Failed(reason, exception));
        }
    }

    // What a send still throws after it was given up is nobody's news. It needs no hold on the captured request: each writing of the
    // body has its own, and one that begins later finds no body.
    private static async Task ObserveAsync(Task sending) =>
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Finish(SendResult result, Activity? activity)
    {
        if (result.Failure is { } reason)
        {
            MirrorActivity.Failed(activity, ReasonNames.Name(reason));
            _account.Fail(reason, result.Exception);
        }
        else
        {
            MirrorActivity.Answered(activity, result.StatusCode);
            _account.Complete(result.StatusCode);
        }
    }

    private void Drop(DropReason reason, Exception? exception, Activity? activity)
    {
        MirrorActivity.Failed(activity, ReasonNames.Name(reason));
        _account.Drop(reason, exception);
    }
}
