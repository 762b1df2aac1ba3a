using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Capture;

/// <content>
/// Sees an app break off its own response. The request's token says so too late: the server cancels it on another thread, while the app
/// has already returned as if all were well. It is the body's own object because one more per response would cost more than it clears
/// up. Features are looked up by the interface that they were set for, so that nobody finds the one through the other.
/// </content>
internal sealed partial class ResponseBodyTee : IHttpRequestLifetimeFeature, IHttpResetFeature
{
    private IHttpRequestLifetimeFeature? _lifetime;
    private IHttpResetFeature? _reset;

    public CancellationToken RequestAborted
    {
        get => _lifetime!.RequestAborted;
        set => _lifetime!.RequestAborted = value;
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

    // Stands in for the features that there are, and for no other: that there is one to reset a stream tells apps about the protocol.
    private void BeginToWatch(IFeatureCollection features)
    {
        _lifetime = features.Get<IHttpRequestLifetimeFeature>();
        if (_lifetime is not null)
        {
            features.Set<IHttpRequestLifetimeFeature>(this);
        }

        _reset = features.Get<IHttpResetFeature>();
        if (_reset is not null)
        {
            features.Set<IHttpResetFeature>(this);
        }
    }

    // Puts back what was replaced, unless somebody else has replaced it since.
    private void EndToWatch(IFeatureCollection features)
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
}
