using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Sees an app break off its own response. The request's token says so too late: the server cancels it on another thread, while the app
/// has already returned as if all were well.
/// </summary>
internal sealed class ResponseAbortWatch : IHttpRequestLifetimeFeature, IHttpResetFeature
{
    private readonly ResponseRecording _recording;
    private readonly IHttpRequestLifetimeFeature? _lifetime;
    private readonly IHttpResetFeature? _reset;

    private ResponseAbortWatch(ResponseRecording recording, IFeatureCollection features)
    {
        _recording = recording;
        _lifetime = features.Get<IHttpRequestLifetimeFeature>();
        _reset = features.Get<IHttpResetFeature>();
    }

    public CancellationToken RequestAborted
    {
        get => _lifetime!.RequestAborted;
        set => _lifetime!.RequestAborted = value;
    }

    /// <summary>Stands in for the features that there are. That there is one to reset a stream tells apps about the protocol.</summary>
    public static ResponseAbortWatch Begin(IFeatureCollection features, ResponseRecording recording)
    {
        var watch = new ResponseAbortWatch(recording, features);
        if (watch._lifetime is not null)
        {
            features.Set<IHttpRequestLifetimeFeature>(watch);
        }

        if (watch._reset is not null)
        {
            features.Set<IHttpResetFeature>(watch);
        }

        return watch;
    }

    /// <summary>Puts back what was replaced, unless somebody else has replaced it since.</summary>
    public void End(IFeatureCollection features)
    {
        if (ReferenceEquals(features.Get<IHttpRequestLifetimeFeature>(), this))
        {
            features.Set(_lifetime);
        }

        if (ReferenceEquals(features.Get<IHttpResetFeature>(), this))
        {
            features.Set(_reset);
        }
    }

    public void Abort()
    {
        _recording.Abandon(ResponseCaptureState.Incomplete);
        _lifetime!.Abort();
    }

    public void Reset(int errorCode)
    {
        _recording.Abandon(ResponseCaptureState.Incomplete);
        _reset!.Reset(errorCode);
    }
}
